/** One sudo password for several hosts: who tries it, and who does not any more. */
import { FirstTry } from '../../../../provision/connection/first-try';
import { sudoRefusal } from '../../../../provision/connection/sudo-refusal';
import { SluiceError } from '../../../../provision/core/errors';

const wrongPassword = sudoRefusal('a', 'sudo: 1 incorrect password attempt', true);
const names = ['a', 'b', 'c'];

test('a wrong password is tried on one host, while the others wait; each says so', async () => {
  const first = new FirstTry();
  const tried: string[] = [];
  const outcomes = await Promise.allSettled(
    names.map((name) =>
      first.taken(name, async () => {
        tried.push(name);
        throw wrongPassword;
      }),
    ),
  );
  expect(tried).toEqual(['a']);
  expect(outcomes).toMatchObject([
    { reason: wrongPassword },
    { reason: { kind: 'blocked', message: expect.stringMatching(/^b: .*not tried, as a does not take it$/) } },
    { reason: { kind: 'blocked', message: expect.stringMatching(/^c: .*not tried, as a does not take it$/) } },
  ]);
});

test('once one took it, all go on, and none tries it again', async () => {
  const first = new FirstTry();
  const tried: string[] = [];
  const attempt = (name: string) => first.taken(name, async () => tried.push(name));
  await Promise.all(names.map(attempt));
  await attempt('d');
  expect(tried).toEqual(['a']);
});

test.each([
  ['a lost connection', new SluiceError('lost', { code: 'CONNECTION_LOST', kind: 'unreachable' })],
  ['a login that may not use sudo', sudoRefusal('a', 'ec2-user is not in the sudoers file.', true)],
])('%s says nothing of the password: the next one tries', async (_, reason) => {
  const first = new FirstTry();
  const outcomes = await Promise.allSettled(
    names.map((name) => first.taken(name, () => (name === 'a' ? Promise.reject(reason) : Promise.resolve()))),
  );
  expect(outcomes).toMatchObject([{ reason }, { status: 'fulfilled' }, { status: 'fulfilled' }]);
});
