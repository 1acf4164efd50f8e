/** The tasks of a play, for `--list-tasks`. */
import { type RoleTask, tagsOf } from '../../provision/role';

/** One task a line: for a person `role: task`, with the tags that are not the role's own name; as JSON `{role, task, tags}`. */
export function renderTasks(tasks: readonly RoleTask[], { json }: { readonly json: boolean }): string {
  return tasks
    .map((task) => {
      const [role = '', ...tags] = tagsOf(task);
      if (json) return `${JSON.stringify({ role, task: task.resource.name, tags: [role, ...tags] })}\n`;
      return `${role}: ${task.resource.name}${tags.length === 0 ? '' : `  [${tags.join(', ')}]`}\n`;
    })
    .join('');
}
