/** Tasks of roles as checks: what a play would change is what is wrong. */
import { SluiceError } from '../core/errors';
import { forecast } from '../evaluate';
import type { PredictedFacts } from '../facts/prediction';
import type { Change, Warning } from '../resources/resource';
import type { RoleTask } from '../role';
import { type Check, type Outcome, ok, problem } from './check';

/** One finding for one task, under its name. */
export function taskCheck(task: RoleTask): Check {
  return {
    name: `${task.role.name}: ${task.resource.name}`,
    look: async (facts) => (await judge(task, facts)).outcome,
  };
}

/** What is wrong comes before what cannot be known, that before what will not stay right, and last what is only to be said. */
const gravities = ['fault', 'unknown', 'warning', 'note'] as const;

interface Judgement {
  readonly gravity: (typeof gravities)[number] | 'none';
  readonly outcome: Outcome;
  readonly note?: Warning;
}

async function judge(task: RoleTask, facts: PredictedFacts): Promise<Judgement> {
  if (task.skip !== undefined) return { gravity: 'none', outcome: ok(task.skip) };
  const verdict = await forecast(task.resource, facts);
  switch (verdict.kind) {
    case 'ok': {
      const { warning, note } = verdict;
      if (warning !== undefined) return { gravity: 'warning', outcome: problem(warning.reason, warning.fix) };
      const outcome = ok('as configured', note);
      return note === undefined ? { gravity: 'none', outcome } : { gravity: 'note', outcome, note };
    }
    case 'changes': {
      const command = `npx sluice provision --tags ${task.role.name}`;
      const cure = verdict.changes.some(isLong) ? `${command}; with --check --diff it shows what differs` : command;
      return { gravity: 'fault', outcome: problem(verdict.changes.map(inWords).join('; '), cure) };
    }
    case 'unknown':
      return { gravity: 'unknown', outcome: { status: 'unknown', detail: verdict.reason } };
    case 'stopped': {
      const { status, reason = status, fix = 'npx sluice provision --check says more' } = verdict.result;
      if (status === 'unreachable')
        throw new SluiceError(reason, { code: 'HOST_LOST', kind: 'unreachable', hint: fix });
      return { gravity: 'fault', outcome: problem(reason, fix) };
    }
  }
}

/** One finding for several tasks: the first of the gravest, else `detail`. */
export function tasksCheck(name: string, tasks: readonly RoleTask[], detail: string): Check {
  return {
    name,
    async look(facts) {
      // So that all they read is asked for at once; what fails here fails again below.
      await Promise.allSettled(tasks.map(({ resource }) => resource.inspect(facts)));
      const judged: (Judgement & { readonly task: string })[] = [];
      for (const task of tasks) judged.push({ ...(await judge(task, facts)), task: task.resource.name });
      const [first] = gravities.flatMap((gravity) => judged.find((each) => each.gravity === gravity) ?? []);
      if (first === undefined) return ok(detail);
      const { task, outcome, note } = first;
      if (note !== undefined) return ok(detail, { ...note, reason: `${task}: ${note.reason}` });
      return { ...outcome, detail: `${task}: ${outcome.detail}` };
    },
  };
}

/** Long texts are for `--check --diff`; here it is enough that they differ. */
function isLong({ from, to }: Change): boolean {
  return [from, to].some((value) => value !== null && (value.includes('\n') || value.length > 120));
}

function inWords(change: Change): string {
  const { path, from, to } = change;
  if (isLong(change)) return `${path}: ${from === null ? 'absent' : 'not what it shall be'}`;
  return `${path}: ${from ?? 'absent'}, to be ${to ?? 'absent'}`;
}
