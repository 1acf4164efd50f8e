/** sudo that refuses: nothing of the host can be read, and that is said once, not for every question. */
import { sudoRefusal } from '../../../provision/connection/sudo-refusal';
import { diagnose, factsOf } from '../../../provision/diagnosis/check';
import { taskCheck } from '../../../provision/diagnosis/task-checks';
import type { RoleTask } from '../../../provision/role';
import { cell } from '../../helpers/simulated-host';
import { hostOf, run, wants } from '../../helpers/simulated-play';

const refused = sudoRefusal('simulated', 'sudo: a password is required', false);

function refusingHost() {
  const host = hostOf(['a', 'b']);
  host.exec = () => Promise.reject(refused);
  return host;
}

test('a play ends with one blocked task, whatever the roles and the mode', async () => {
  const roles = ['one', 'other'].map((name, index) => ({
    name,
    needs: [],
    tasks: [{ resource: wants(`c${index}`, 'x') }],
  }));
  for (const mode of ['check', 'apply'] as const) {
    const { results, exitCode } = await run(refusingHost(), roles, { mode });
    expect(results).toEqual([
      expect.objectContaining({ role: 'connection', task: 'become root', status: 'blocked', reason: refused.message }),
    ]);
    expect(exitCode).toBe(5);
  }
});

test('from the middle of a play on it is a result of the task that it stopped', async () => {
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

test('a diagnosis and the facts reject', async () => {
  const role = { name: 'role', needs: [], tasks: [] };
  const task = taskCheck({ role, resource: wants('c0', 'x') } as RoleTask);
  const plain = {
    name: 'plain',
    look: async (facts: Parameters<typeof task.look>[0]) => {
      await facts.get(cell('c1'));
      return { status: 'ok', detail: '' } as const;
    },
  };
  await expect(diagnose(refusingHost(), [task, plain])).rejects.toBe(refused);
  await expect(factsOf(refusingHost(), [task, plain])).rejects.toBe(refused);
});
