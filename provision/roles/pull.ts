/** What to pull and as what: credentials, job and the systemd unit that runs the agent on it. */
import { posix } from 'node:path';
import { directory } from '../resources/directory';
import { file } from '../resources/file';
import { systemdUnit } from '../resources/systemd-unit';
import type { Role, Task } from '../role';
import { type CredentialName, ownedBy, type RoleInput } from './input';
import { credentialPath, pullJob } from './job';
import { hostPaths } from './layout';
import { pullUnit, pullUnitName } from './pull-unit';

export function pullRole(input: RoleInput): Role {
  const { layout, credentials } = input;
  const paths = hostPaths(layout);
  const owner = ownedBy(layout);
  const job = pullJob(input);
  const names = Object.keys(credentials) as CredentialName[];
  const secrets = names.flatMap((name): Task[] => {
    const content = credentials[name];
    if (content === undefined) return [];
    return [{ resource: file({ path: credentialPath(layout, name), content, mode: '0600', ...owner }) }];
  });
  const skipUnit = layout.without.systemd;
  return {
    name: 'pull',
    needs: ['agent', 'lustre-mount'],
    tasks: [
      { resource: directory({ path: paths.credentials, mode: '0700', ...owner }) },
      ...secrets,
      { resource: file({ path: paths.job, content: `${JSON.stringify(job, null, 2)}\n`, mode: '0600', ...owner }) },
      {
        resource: systemdUnit({
          name: pullUnitName,
          content: pullUnit({
            ...paths,
            mountPoint: posix.dirname(job.destination.stagingPath),
            stateDirectory: layout.stateDirectory,
          }),
        }),
        ...(skipUnit === undefined ? {} : { skip: skipUnit }),
      },
    ],
  };
}
