import { lookAtHosts } from '../../../scripts/provision/look-at-hosts';
import { fakeContext } from '../../helpers/fake-context';
import { hostOf } from '../../helpers/simulated-play';

test('after an interrupt no further host is looked at; each has its answer', async () => {
  const abort = new AbortController();
  const asked: string[] = [];
  const hosts = ['first', 'second'].map((name) => ({
    name,
    roles: [],
    connect: async () => {
      asked.push(name);
      abort.abort();
      return hostOf([]);
    },
  }));
  const context = { ...fakeContext({ signal: abort.signal }).context, setExitCode: () => {} };
  const looks = await lookAtHosts(context, { hosts, forks: 1, look: async () => 'seen' });
  expect(asked).toEqual(['first']);
  expect(looks.map(({ found }) => found)).toMatchObject([{ result: 'seen' }, { error: { code: 'INTERRUPTED' } }]);
});
