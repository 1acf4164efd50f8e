/** The pull agent on the host: its folders, its Node.js, its one file. */
import { directory } from '../resources/directory';
import { file } from '../resources/file';
import { nodeRuntime } from '../resources/node-runtime';
import type { Role, Task } from '../role';
import { ownedBy, type RoleInput } from './input';
import { hostPaths } from './layout';

export function agentRole({ layout, agentBundle, runtime }: RoleInput): Role {
  const paths = hostPaths(layout);
  const owner = ownedBy(layout);
  const nodeTask: Task = {
    resource: nodeRuntime({
      path: paths.node,
      ...runtime,
      ...owner,
    }),
    skip: layout.node === null ? undefined : `the host has a Node.js of its own: ${layout.node}`,
  };
  return {
    name: 'agent',
    needs: [],
    tasks: [
      { resource: directory({ path: layout.installDirectory, mode: '0755', ...owner }) },
      { resource: directory({ path: layout.configDirectory, mode: '0700', ...owner }) },
      // Passable for others, so that a collector reaches the metrics; what the runs left names files, and is for root alone.
      { resource: directory({ path: layout.stateDirectory, mode: '0751', ...owner }) },
      { resource: directory({ path: paths.runs, mode: '0750', ...owner }) },
      { resource: directory({ path: paths.metrics, mode: '0755', ...owner }) },
      nodeTask,
      { resource: file({ path: paths.agent, content: agentBundle, mode: '0644', ...owner }) },
    ],
  };
}
