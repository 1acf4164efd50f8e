/** A role: resources in order, and the roles that must have succeeded on the host before it. */
import type { Resource } from './resources/resource';

export interface Task {
  readonly resource: Resource;
  readonly tags?: readonly string[];
  /** Why this host is not meant to have it: the task is reported as skipped, by name, with this reason. */
  readonly skip?: string;
}

export interface Role {
  /** Also the tag of all its tasks. */
  readonly name: string;
  readonly needs: readonly string[];
  readonly tasks: readonly Task[];
}

export interface Selection {
  /** Only tasks with one of these; all where empty. */
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

/** A task with the role it belongs to. */
export interface RoleTask extends Task {
  readonly role: Role;
}

export function selectTasks(roles: readonly Role[], selection: Selection): readonly RoleTask[] {
  const all = roles.flatMap((role) => role.tasks.map((task) => ({ ...task, role })));
  return all.filter((task) => {
    const tags = tagsOf(task);
    const wanted = selection.tags.length === 0 || selection.tags.some((tag) => tags.includes(tag));
    return wanted && !selection.skipTags.some((tag) => tags.includes(tag));
  });
}

/** Every tag that can be selected, in order of appearance. */
export function allTags(roles: readonly Role[]): readonly string[] {
  return [...new Set(selectTasks(roles, { tags: [], skipTags: [] }).flatMap(tagsOf))];
}

function tagsOf(task: RoleTask): readonly string[] {
  return [task.role.name, ...(task.tags ?? [])];
}
