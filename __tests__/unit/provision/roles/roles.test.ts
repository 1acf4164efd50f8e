/** What the roles are made of, from a configuration and the outputs of a stack. */
import { clientsOf } from '../../../../config/lustre';
import { Secret } from '../../../../provision/core/secret';
import { ownAddresses } from '../../../../provision/facts/addresses';
import { type PathState, pathState, pathStatus, textFileState } from '../../../../provision/facts/path';
import { unitState } from '../../../../provision/facts/unit';
import type { Role } from '../../../../provision/role';
import type { RoleInput } from '../../../../provision/roles/input';
import { pullJob } from '../../../../provision/roles/job';
import { ec2Layout, type HostLayout, hostPaths } from '../../../../provision/roles/layout';
import { type HostOs, lustreHosts, mountable } from '../../../../provision/roles/lustre-clients';
import { pullUnit } from '../../../../provision/roles/pull-unit';
import { hostRoles } from '../../../../provision/roles/roles';
import { runtimeBuilds } from '../../../../provision/roles/runtime-builds';
import { configText, type Sections, validSections } from '../../../helpers/config-text';
import { given, planOn } from '../../../helpers/facts-in-memory';
import { migrationOf, outputsOf } from '../../../helpers/host-plays';

function input(sections: Sections = {}, layout: HostLayout = ec2Layout): RoleInput {
  return {
    migration: migrationOf(configText(sections)),
    outputs: outputsOf({ address: '192.0.2.1', username: 'ec2-user' }),
    layout,
    agentBundle: Buffer.from('agent'),
    credentials: {},
    runtime: { builds: runtimeBuilds, source: () => Promise.reject(new Error('not to be asked')) },
  };
}

const standIn: HostLayout = {
  installDirectory: '/demo/opt',
  configDirectory: '/demo/etc',
  stateDirectory: '/demo/state',
  owner: null,
  node: '/usr/bin/node',
  standInForMount: '/demo/fsx',
  without: { lustre: 'needs root and a Lustre client', systemd: 'needs root' },
};

const tasksOf = (roles: readonly Role[]) =>
  roles.flatMap((role) => role.tasks.map((task) => ({ role: role.name, ...task })));

test('an EC2 host gets everything', () => {
  const tasks = tasksOf(hostRoles(input()));
  expect([...new Set(tasks.map(({ role }) => role))]).toEqual(['lustre-client', 'lustre-mount', 'agent', 'pull']);
  expect(tasks.filter(({ skip }) => skip !== undefined)).toEqual([]);
  const names = tasks.map(({ resource }) => resource.name);
  expect(new Set(names).size).toBe(names.length);
});

test('what installs packages says so, and nothing else does', () => {
  const tasks = tasksOf(hostRoles(input())).filter(({ resource }) => resource.usesPackageManager);
  expect(tasks.map(({ resource }) => resource.name)).toEqual([
    expect.stringMatching(/^client \S+ for a \S+ file system$/),
    'package lustre-client',
  ]);
});

test('a stand-in skips by name what it cannot take, and leaves owners to the login', () => {
  const skipped = tasksOf(hostRoles(input({}, standIn))).filter(({ skip }) => skip !== undefined);
  expect([...new Set(skipped.map(({ role }) => role))]).toEqual(['lustre-client', 'lustre-mount', 'agent', 'pull']);
  expect(skipped.map(({ resource }) => resource.name)).toEqual(
    expect.arrayContaining(['mount /fsx', 'Node.js /usr/bin/node', 'unit sluice-pull.service']),
  );
  expect(pullJob(input({}, standIn)).destination).toEqual({
    path: '/demo/fsx/nasdaq',
    stagingPath: '/demo/fsx/.sluice-staging',
    mount: null,
    keyPrefix: 'nasdaq/',
  });
});

test('the job stages outside the association, on the same file system, and refuses anything but Lustre', () => {
  const { destination, source } = pullJob(input());
  expect(destination).toEqual({
    path: '/fsx/nasdaq',
    stagingPath: '/fsx/.sluice-staging',
    mount: { mountPoint: '/fsx', fsType: 'lustre' },
    keyPrefix: 'nasdaq/',
  });
  expect(source.credentials).toEqual({ privateKey: { secretsManager: 'market-data/sftp-key', region: 'us-east-1' } });
});

test.each([
  ['secretsManager', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-AbCdEf', 'eu-west-1'],
  ['ssmParameter', 'arn:aws:ssm:eu-west-1:111122223333:parameter/market-data/key', 'eu-west-1'],
  ['ssmParameter', '/market-data/key', 'us-east-1'],
])('%s %s is asked for in %s: a service knows nothing of another region', (service, reference, region) => {
  const credentials = `credentials:\n    privateKey: { ${service}: "${reference}" }`;
  const sections = { source: validSections.source.replace(/credentials:\n.*/, credentials) };
  expect(pullJob(input(sections)).source.credentials).toEqual({ privateKey: { [service]: reference, region } });
});

test('credentials that the operator hands over become files on the host, named in the job and readable by root alone', () => {
  const source = `source:
  host: sftp.vendor.example
  username: market-data
  hostKeys: [SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM]
  credentials:
    privateKey: { file: ./key }
    passphrase: { environment: PASSPHRASE }
  path: /outgoing`;
  const given = {
    ...input({ source }),
    credentials: { privateKey: new Secret('hush'), passphrase: new Secret('hush') },
  };
  expect(pullJob(given).source.credentials).toEqual({
    privateKey: { file: '/etc/sluice/credentials/private-key' },
    passphrase: { file: '/etc/sluice/credentials/passphrase' },
  });
  const names = tasksOf(hostRoles(given)).map(({ resource }) => resource.name);
  expect(names).toEqual(expect.arrayContaining(['file /etc/sluice/credentials/private-key']));
  expect(JSON.stringify(pullJob(given))).not.toContain('hush');
});

test('a credential that the job names and nobody read has to be there, for root alone; what it says is not looked at', async () => {
  const source = validSections.source.replace(/privateKey: .*/, 'password: { environment: SFTP_PASSWORD }');
  const path = '/etc/sluice/credentials/password';
  const task = tasksOf(hostRoles(input({ source }))).find(({ resource }) => resource.name === `file ${path}`);
  const planFor = (state: PathState) =>
    task === undefined ? undefined : planOn(task.resource, [given(pathStatus(path), state)]);
  const there = { kind: 'file', mode: '0600', owner: 'root:root', sha256: null, text: null } as const;
  expect(await planFor({ kind: 'absent' })).toMatchObject({
    kind: 'failed',
    reason: `${path} is not there`,
    fix: expect.stringContaining('provision --tags pull'),
  });
  expect(await planFor({ ...there, kind: 'directory' })).toMatchObject({ kind: 'failed' });
  expect(await planFor({ ...there, mode: '0644', owner: 'ubuntu:ubuntu' })).toMatchObject([
    { path: 'mode', to: '0600' },
    { path: 'owner', to: 'root:root' },
  ]);
  expect(await planFor(there)).toEqual([]);
  expect(pathStatus(path).probe.text).not.toContain('sha256');
});

test('a credential that is not handed over is taken away, after the job; one that the job still names is not', () => {
  const nameOf = (given: RoleInput) => tasksOf(hostRoles(given)).map(({ resource }) => resource.name);
  const inAws = nameOf(input());
  const obsolete = ['private-key', 'passphrase', 'password'].map((name) => `no /etc/sluice/credentials/${name}`);
  expect(inAws.filter((name) => name.startsWith('no /etc/'))).toEqual(obsolete);
  expect(inAws.indexOf('file /etc/sluice/job.json')).toBeLessThan(inAws.indexOf(obsolete[0] ?? ''));
  const source = validSections.source.replace(/privateKey: .*/, 'privateKey: { file: ./key }');
  // The second as for commands that only look, and read no credentials.
  for (const credentials of [{ privateKey: new Secret('hush') }, {}])
    expect(nameOf({ ...input({ source }), credentials }).filter((name) => name.startsWith('no /etc/'))).toEqual(
      obsolete.slice(1),
    );
});

test('what was handed over at a start goes once that credential is not given so any more, after the job, and on a host with units only', () => {
  const gone = 'no /run/sluice/credentials';
  const nameOf = (given: RoleInput) => tasksOf(hostRoles(given)).map(({ resource }) => resource.name);
  const inAws = nameOf(input());
  expect(inAws.indexOf(gone)).toBeGreaterThan(inAws.indexOf('file /etc/sluice/job.json'));
  const source = validSections.source.replace(/privateKey: .*/, 'privateKey: { stdin: true }');
  expect(nameOf(input({ source }))).not.toContain(gone);
  const others = ['passphrase', 'password'].map((name) => `${gone}/${name}`);
  expect(nameOf(input({ source })).filter((name) => name.startsWith(gone))).toEqual(others);
  const withoutUnits = { ...input(), layout: { ...ec2Layout, without: { systemd: 'no systemd' } } };
  expect(nameOf(withoutUnits)).not.toContain(gone);
});

test('the unit runs the agent on the job, waits for the mount, and may write to the mount and its state only', () => {
  const unit = pullUnit({
    ...hostPaths(ec2Layout),
    mountPoint: '/fsx',
    stateDirectory: '/var/lib/sluice',
    os: 'amazon-linux-2023',
    resources: { memoryMiB: 2048, cpuWeight: 50 },
    onFailure: null,
  });
  const lines = unit.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'Environment=MALLOC_TRIM_THRESHOLD_=67108864 MALLOC_MMAP_THRESHOLD_=1048576',
      'ExecStart=/opt/sluice/node/bin/node --max-old-space-size=1024 --max-semi-space-size=8 --heap-growing-percent=150 /opt/sluice/agent.js run --job /etc/sluice/job.json --supervised',
      'RestartForceExitStatus=75',
      'MemoryMax=2048M',
      'CPUWeight=50',
      'RequiresMountsFor=/fsx',
      'ProtectSystem=strict',
      'ReadWritePaths=/fsx /var/lib/sluice',
      'NoNewPrivileges=yes',
    ]),
  );
});

test('of several hosts only the first has the schedule: they write to one destination, and one run at a time may', async () => {
  const alone = input({ pull: 'pull:\n  schedule: { onCalendar: daily }' });
  const [host] = alone.outputs.hosts;
  const second = { ...host!, name: 'host-2', instance_id: 'i-2', private_address: '10.20.0.6' };
  const two = { ...alone, outputs: { ...alone.outputs, hosts: [host!, second] } };
  const timerOf = (of: RoleInput) =>
    tasksOf(hostRoles(of)).find(({ resource }) => resource.name.includes('sluice-pull.timer'))!.resource;
  const path = '/etc/systemd/system/sluice-pull.timer';
  const absent = { kind: 'absent' } as const;
  const nothing = [
    given(pathState(path), absent),
    given(textFileState(path), absent),
    given(unitState('sluice-pull.timer'), { loaded: false, enabled: false, active: false, needsReload: false }),
  ];
  const made = await planOn(timerOf(alone), nothing);
  expect(made).not.toEqual([]);
  const at = (address: string) => given(ownAddresses, ['127.0.0.1', address]);
  expect(await planOn(timerOf(two), [at(host!.private_address), ...nothing])).toEqual(made);
  expect(await planOn(timerOf(two), [at('10.20.0.6'), ...nothing])).toEqual([]);
  const there = [
    given(pathState(path), { kind: 'file', mode: '0644', owner: 'root:root', sha256: '', text: null }),
    given(unitState('sluice-pull.timer'), { loaded: true, enabled: true, active: true, needsReload: false }),
  ];
  const removed = [
    { path: 'active', to: 'no' },
    { path: 'enabled', to: 'no' },
    { path: 'state', to: null },
  ];
  expect(await planOn(timerOf(two), [at('10.20.0.6'), ...there])).toMatchObject(removed);
});

test('every client mounts file systems of its own version, and every kernel has at most one client of a choice', () => {
  for (const { clients } of Object.values(lustreHosts)) {
    expect(clients.length).toBeGreaterThan(0);
    for (const { series, kernels } of clients) {
      expect(mountable[series]).toContain(series);
      expect(kernels.length).toBeGreaterThan(0);
    }
    const lines = clients.flatMap((client) => client.kernels.map(({ line }) => `${client.choice} ${line}`));
    expect(new Set(lines).size).toBe(lines.length);
  }
});

test('what the configuration says of clients is what the provisioner can install', () => {
  for (const os of Object.keys(lustreHosts) as HostOs[]) {
    const choices = [...new Set(lustreHosts[os].clients.map(({ choice }) => choice))];
    expect(choices).toEqual(clientsOf[os].map(({ name }) => name));
    for (const { name, versions, mounts } of clientsOf[os]) {
      const series = lustreHosts[os].clients.filter(({ choice }) => choice === name).map((client) => client.series);
      expect(new Set(series)).toEqual(new Set(versions));
      expect(new Set(series.flatMap((each) => mountable[each]))).toEqual(new Set(mounts));
    }
  }
});
