/** What to pull and as what: credentials, job, and the systemd units that run the agent on it, start it, and tell of its failures. */
import { posix } from 'node:path';
import { ownAddresses } from '../facts/addresses';
import type { PullJob } from '../pull/job/job';
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
import { type HostLayout, hostPaths } from './layout';
import { failedUnit, failedUnitName } from './pull-failed-unit';
import { pullTimer, pullTimerName, resumeUnit, resumeUnitName } from './pull-triggers';
import { pullUnit, pullUnitName } from './pull-unit';

export function pullRole(input: RoleInput): Role {
  const { layout } = input;
  const paths = hostPaths(layout);
  const owner = ownedBy(layout);
  const job = pullJob(input);
  const content = `${JSON.stringify(job, null, 2)}\n`;
  const skipUnit = layout.without.systemd;
  // Where there are no units, nothing is handed over at their start.
  const handedOver = skipUnit === undefined ? obsoleteHandedOver(input) : [];
  return {
    name: 'pull',
    needs: ['agent', 'lustre-mount'],
    tasks: [
      { resource: directory({ path: paths.credentials, mode: '0700', ...owner }) },
      ...credentialFiles(input, job).map(asTask),
      { resource: file({ path: paths.job, content, mode: '0600', ...owner }) },
      // Once the job that named them is another one.
      ...obsoleteCredentials(input, job).map(asTask),
      ...handedOver.map(asTask),
      ...units(input, job).map((resource) => ({ resource, skip: skipUnit })),
    ],
  };
}

function asTask(resource: Resource): Task {
  return { resource };
}

/** What only looks at a host reads no secrets: of those that the job names it then says whether they are there. */
function credentialFiles({ layout, credentials }: RoleInput, job: PullJob): readonly Resource[] {
  return credentialNames.flatMap((name) => {
    const content = credentials[name];
    const about = { path: credentialPath(layout, name), mode: '0600', ...ownedBy(layout) };
    if (content !== undefined) return [file({ ...about, content })];
    const fix = 'npx sluice provision --tags pull hands it over';
    return isNamed(job, layout, name) ? [handedOverFile({ ...about, fix })] : [];
  });
}

/** From an earlier configuration. One that the job names stays, whether it was read now or not. */
function obsoleteCredentials({ layout, credentials }: RoleInput, job: PullJob): readonly Resource[] {
  const isObsolete = (name: CredentialName) => !isNamed(job, layout, name) && credentials[name] === undefined;
  return credentialNames.filter(isObsolete).map((name) => absentPath(credentialPath(layout, name)));
}

function isNamed({ source }: PullJob, layout: HostLayout, name: CredentialName): boolean {
  const reference = source.credentials[name];
  return reference !== undefined && 'file' in reference && reference.file === credentialPath(layout, name);
}

/** What an earlier configuration had handed over at a start: it would be there for the next one too. */
function obsoleteHandedOver({ layout, migration }: RoleInput): readonly Resource[] {
  const isHandedOver = (name: CredentialName) => 'stdin' in (migration.source.credentials[name] ?? {});
  const left = credentialNames.filter((name) => !isHandedOver(name));
  return left.length === credentialNames.length
    ? [absentPath(hostPaths(layout).handedOver)]
    : left.map((name) => absentPath(handedOverPath(layout, name)));
}

function units({ layout, migration, outputs }: RoleInput, job: PullJob): readonly Resource[] {
  const paths = hostPaths(layout);
  const { schedule, resources } = migration.pull;
  const { os } = migration.host;
  const tellsFailures = job.metrics?.failuresTo !== null;
  return [
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
          outputs,
          systemdUnit({ name: pullTimerName, content: pullTimer(os, schedule), enabled: true, active: true }),
          absentUnit(pullTimerName),
        ),
  ];
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
