/** Tasks of roles as checks: what a play would change is what is wrong. */
import { SluiceError } from '../core/errors';
import { forecast } from '../evaluate';
import type { Change } from '../resources/resource';
import type { RoleTask } from '../role';
import { type Check, type Outcome, ok, problem } from './check';

/** One finding for one task, under its name. */
export function taskCheck(task: RoleTask): Check {
  return {
    name: `${task.role.name}: ${task.resource.name}`,
    async look(facts) {
      if (task.skip !== undefined) return ok(task.skip);
      const verdict = await forecast(task.resource, facts);
      switch (verdict.kind) {
        case 'ok':
          return verdict.warning === undefined
            ? ok('as configured')
            : problem(verdict.warning.reason, verdict.warning.fix);
        case 'changes':
          return problem(verdict.changes.map(inWords).join('; '), `npx sluice provision --tags ${task.role.name}`);
        case 'unknown':
          return { status: 'unknown', detail: verdict.reason };
        case 'stopped': {
          const { status, reason = status, fix = 'npx sluice provision --check says more' } = verdict.result;
          if (status === 'unreachable')
            throw new SluiceError(reason, { code: 'HOST_LOST', kind: 'unreachable', hint: fix });
          return problem(reason, fix);
        }
      }
    },
  };
}

/** One finding for several tasks: the first that is not as configured, else `detail`. */
export function tasksCheck(name: string, tasks: readonly RoleTask[], detail: string): Check {
  const checks = tasks.map(taskCheck);
  return {
    name,
    async look(facts) {
      // So that all they read is asked for at once; what fails here fails again below.
      await Promise.allSettled(tasks.map(({ resource }) => resource.inspect(facts)));
      const outcomes: Outcome[] = [];
      for (const check of checks) outcomes.push(await check.look(facts));
      const worst = outcomes.findIndex(({ status }) => status !== 'ok');
      const found = outcomes[worst];
      return found === undefined ? ok(detail) : { ...found, detail: `${tasks[worst]?.resource.name}: ${found.detail}` };
    },
  };
}

/** Long texts are for `--check --diff`; here it is enough that they differ. */
function inWords({ path, from, to }: Change): string {
  const isLong = [from, to].some((value) => value !== null && (value.includes('\n') || value.length > 120));
  if (isLong) return `${path}: ${from === null ? 'absent' : 'not what it shall be'}`;
  return `${path}: ${from ?? 'absent'}, to be ${to ?? 'absent'}`;
}
