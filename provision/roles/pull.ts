/** What to pull and as what: credentials, job, and the systemd units that run the agent on it, start it, and tell of its failures. */
import { posix } from 'node:path';
import { ownAddresses } from '../facts/addresses';
import { unfinishedMark } from '../pull/supervision';
import { absentPath, absentUnit } from '../resources/absent';
import { directory } from '../resources/directory';
import { file, handedOverFile } from '../resources/file';
import { perHost } from '../resources/per-host';
import type { Resource } from '../resources/resource';
import { systemdUnit } from '../resources/systemd-unit';
import type { Role, Task } from '../role';
import { type CredentialName, ownedBy, type RoleInput } from './input';
import { credentialNames, credentialPath, handedOverPath, pullJob } from './job';
import { hostPaths } from './layout';
import { failedUnit, failedUnitName } from './pull-failed-unit';
import { pullTimer, pullTimerName, resumeUnit, resumeUnitName } from './pull-triggers';
import { pullUnit, pullUnitName } from './pull-unit';

export function pullRole(input: RoleInput): Role {
  const { layout, credentials } = input;
  const paths = hostPaths(layout);
  const owner = ownedBy(layout);
  const job = pullJob(input);
  const isNamed = (name: CredentialName) => {
    const reference = job.source.credentials[name];
    return reference !== undefined && 'file' in reference && reference.file === credentialPath(layout, name);
  };
  const secrets = credentialNames.flatMap((name): Task[] => {
    const content = credentials[name];
    const about = { path: credentialPath(layout, name), mode: '0600', ...owner };
    if (content !== undefined) return [{ resource: file({ ...about, content }) }];
    // What only looks at a host reads no secrets.
    const fix = 'npx sluice provision --tags pull hands it over';
    return isNamed(name) ? [{ resource: handedOverFile({ ...about, fix }) }] : [];
  });
  // From an earlier configuration. One that the job names stays, whether it was read now or not.
  const obsolete = credentialNames.flatMap((name): Task[] =>
    isNamed(name) || credentials[name] !== undefined ? [] : [{ resource: absentPath(credentialPath(layout, name)) }],
  );
  // Handed over at a start, it is there for the next one too; where there are no units nothing is.
  const isHandedOver = (name: CredentialName) => 'stdin' in (input.migration.source.credentials[name] ?? {});
  const notHandedOver = credentialNames.filter((name) => !isHandedOver(name));
  const left =
    notHandedOver.length === credentialNames.length
      ? [absentPath(paths.handedOver)]
      : notHandedOver.map((name) => absentPath(handedOverPath(layout, name)));
  const { schedule, resources } = input.migration.pull;
  const { os } = input.migration.host;
  const tellsFailures = job.metrics?.failuresTo !== null;
  const units = [
    tellsFailures ? systemdUnit({ name: failedUnitName, content: failedUnit(paths) }) : absentUnit(failedUnitName),
    systemdUnit({
      name: pullUnitName,
      content: pullUnit({
        ...paths,
        mountPoint: posix.dirname(job.destination.stagingPath),
        stateDirectory: layout.stateDirectory,
        os,
        resources,
        onFailure: tellsFailures ? failedUnitName : null,
      }),
    }),
    systemdUnit({ name: resumeUnitName, content: resumeUnit(unfinishedMark(layout.stateDirectory)), enabled: true }),
    schedule === undefined
      ? absentUnit(pullTimerName)
      : onFirstHost(
          input.outputs,
          systemdUnit({ name: pullTimerName, content: pullTimer(os, schedule), enabled: true, active: true }),
          absentUnit(pullTimerName),
        ),
  ];
  const skipUnit = layout.without.systemd;
  return {
    name: 'pull',
    needs: ['agent', 'lustre-mount'],
    tasks: [
      { resource: directory({ path: paths.credentials, mode: '0700', ...owner }) },
      ...secrets,
      { resource: file({ path: paths.job, content: `${JSON.stringify(job, null, 2)}\n`, mode: '0600', ...owner }) },
      // Once the job that named them is another one.
      ...obsolete,
      ...(layout.without.systemd === undefined ? left : []).map((resource): Task => ({ resource })),
      ...units.map((resource): Task => ({ resource, ...(skipUnit === undefined ? {} : { skip: skipUnit }) })),
    ],
  };
}

/** The destination is one for all hosts, and only one run at a time may write to it: a schedule on each would let all but one fail. */
function onFirstHost({ hosts }: RoleInput['outputs'], there: Resource, elsewhere: Resource): Resource {
  const [first, ...others] = hosts;
  if (first === undefined || others.length === 0) return there;
  return perHost({
    name: `${there.name} of the first host`,
    fact: ownAddresses,
    make: (addresses) => (addresses.includes(first.private_address) ? there : elsewhere),
  });
}
