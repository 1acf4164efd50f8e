/** Where nothing of the host can be read: that is said once, not for every question. */
import type { ExecResult } from '../../../provision/connection/connection';
import { sudoRefusal } from '../../../provision/connection/sudo-refusal';
import { diagnose, factsOf } from '../../../provision/diagnosis/check';
import { taskCheck } from '../../../provision/diagnosis/task-checks';
import type { RoleTask } from '../../../provision/role';
import { cell } from '../../helpers/simulated-host';
import { hostOf, run, wants } from '../../helpers/simulated-play';

const refused = sudoRefusal('simulated', 'sudo: a password is required', false);
const expired = { exitCode: 1, stdout: Buffer.alloc(0), stderr: 'WARNING: Your password has expired.' };

function hostThat(exec: () => Promise<ExecResult>) {
  const host = hostOf(['a', 'b']);
  host.exec = exec;
  return host;
}
const refusingHost = () => hostThat(() => Promise.reject(refused));
const mutedHost = () => hostThat(() => Promise.resolve(expired));

test.each([
  ['sudo refuses', refusingHost, 'become root', 'blocked', /a password is required$/, 5],
  ['the login runs no commands', mutedHost, 'run a command', 'unreachable', /password has expired\.$/, 4],
])('%s: a play ends with one task, whatever the roles and the mode', async (_, make, task, status, reason, code) => {
  const roles = ['one', 'other'].map((name, index) => ({
    name,
    needs: [],
    tasks: [{ resource: wants(`c${index}`, 'x') }],
  }));
  for (const mode of ['check', 'apply'] as const) {
    const { results, exitCode } = await run(make(), roles, { mode });
    expect(results).toEqual([
      expect.objectContaining({ role: 'connection', task, status, reason: expect.stringMatching(reason) }),
    ]);
    expect(exitCode).toBe(code);
  }
});

test('sudo that refuses from the middle of a play on is a result of the task that it stopped', async () => {
  const host = hostOf(['a', 'b']);
  const exec = host.exec.bind(host);
  host.exec = (command, options) => (host.written.length > 0 ? Promise.reject(refused) : exec(command, options));
  const roles = [{ name: 'role', needs: [], tasks: [{ resource: wants('c0', 'x') }, { resource: wants('c1', 'y') }] }];
  const { results } = await run(host, roles, { mode: 'apply' });
  expect(results).toMatchObject([
    { task: 'c0', status: 'blocked' },
    { task: 'c1', status: 'skipped' },
  ]);
});

test.each([
  ['sudo refuses', refusingHost, 5],
  ['the login runs no commands', mutedHost, 4],
])('%s: a diagnosis and the facts reject', async (_, make, exitCode) => {
  const role = { name: 'role', needs: [], tasks: [] };
  const task = taskCheck({ role, resource: wants('c0', 'x') } as RoleTask);
  const plain = {
    name: 'plain',
    look: async (facts: Parameters<typeof task.look>[0]) => {
      await facts.get(cell('c1'));
      return { status: 'ok', detail: '' } as const;
    },
  };
  for (const looked of [diagnose(make(), [task, plain]), factsOf(make(), [task, plain])])
    await expect(looked).rejects.toMatchObject({ exitCode });
});
