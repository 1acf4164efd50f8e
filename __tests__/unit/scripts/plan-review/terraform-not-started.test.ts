import { EventEmitter } from 'node:events';
import { fixOfFileFailure } from '../../../../scripts/file-failure';
import { terraformIn } from '../../../../scripts/plan-review/terraform';

const failure = jest.fn();

jest.mock('node:child_process', () => ({
  spawn: () => {
    const child = new EventEmitter();
    process.nextTick(() => child.emit('error', failure()));
    return child;
  },
}));

const run = async (code: string) => {
  failure.mockReturnValue(Object.assign(new Error(`spawn terraform ${code}`), { code, syscall: 'spawn terraform' }));
  const { signal } = new AbortController();
  return terraformIn({ env: {}, signal }, '/')
    .capture(['show'])
    .catch((error: unknown) => error);
};

test.each([
  ['EMFILE', /ulimit -n/],
  ['EAGAIN', /ulimit -u/],
])('%s: it is there, and what it lacks is told', async (code, fix) => {
  const error = await run(code);
  expect(error).toMatchObject({
    exitCode: 1,
    hint: undefined,
    message: `cannot run terraform: spawn terraform ${code}`,
  });
  expect(fixOfFileFailure(error)).toMatch(fix);
});

test('one that is not there is to be installed', async () => {
  expect(await run('ENOENT')).toMatchObject({ exitCode: 3, message: 'terraform is not on PATH' });
});
