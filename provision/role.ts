/** A role: resources in order, and the roles that must have succeeded on the host before it. */
import { SluiceError } from './core/errors';
import type { Resource } from './resources/resource';

export interface Task {
  readonly resource: Resource;
  readonly tags?: readonly string[];
  /** Why this host is not meant to have it: the task is reported as skipped, by name, with this reason. */
  readonly skip?: string | undefined;
}

export interface Role {
  /** Also the tag of all its tasks. */
  readonly name: string;
  readonly needs: readonly string[];
  readonly tasks: readonly Task[];
}

export interface Selection {
  /** Only tasks with one of these; all where empty. */
  readonly tags?: readonly string[] | undefined;
  readonly skipTags?: readonly string[] | undefined;
  /** Tasks before this one are left out: its name, or a part of its name that no other task's has. */
  readonly startAt?: string | undefined;
}

/** A task with the role it belongs to. */
export interface RoleTask extends Task {
  readonly role: Role;
}

/** In order; what is left out is not even looked at. Throws NO_TASK_LEFT where the tags leave none, TASK_UNKNOWN where `startAt` is not one of the tasks left by the tags. */
export function selectTasks(
  roles: readonly Role[],
  { tags: only = [], skipTags = [], startAt }: Selection = {},
): readonly RoleTask[] {
  const all = roles.flatMap((role) => role.tasks.map((task) => ({ ...task, role })));
  const tagged = all.filter((task) => {
    const tags = tagsOf(task);
    const wanted = only.length === 0 || only.some((tag) => tags.includes(tag));
    return wanted && !skipTags.some((tag) => tags.includes(tag));
  });
  if (all.length > 0 && tagged.length === 0)
    throw new SluiceError('--tags and --skip-tags leave no task', {
      code: 'NO_TASK_LEFT',
      kind: 'config',
      hint: 'leave one of them out, or name a tag in --tags that is not in --skip-tags',
    });
  return startAt === undefined ? tagged : tagged.slice(indexOfTask(tagged, startAt));
}

/** Every tag that can be selected, in order of appearance. */
export function allTags(roles: readonly Role[]): readonly string[] {
  return [...new Set(selectTasks(roles).flatMap(tagsOf))];
}

export function tagsOf(task: RoleTask): readonly string[] {
  return [task.role.name, ...(task.tags ?? [])];
}

/** A whole name, with or without its role's before it, wins over parts of names. */
function indexOfTask(tasks: readonly RoleTask[], wanted: string): number {
  const names = tasks.map(({ role, resource }) => `${role.name}: ${resource.name}`);
  const whole = names.findIndex((name, index) => name === wanted || tasks[index]?.resource.name === wanted);
  if (whole !== -1) return whole;
  const partly = names.filter((name) => name.includes(wanted));
  if (partly.length === 1) return names.indexOf(partly[0] as string);
  const problem = partly.length === 0 ? 'there is no task' : `${partly.length} tasks have in their name`;
  throw new SluiceError(`--start-at: ${problem} ${JSON.stringify(wanted)}`, {
    code: 'TASK_UNKNOWN',
    kind: 'config',
    hint: `name one of these: ${(partly.length === 0 ? names : partly).map((name) => JSON.stringify(name)).join(', ')}`,
  });
}
