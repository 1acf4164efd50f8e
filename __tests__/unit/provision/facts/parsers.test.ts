/** The parsers of facts, on what hosts really print. */

import { ownAddresses, resolvedAddresses } from '../../../../provision/facts/addresses';
import type { Fact } from '../../../../provision/facts/fact';
import { nextKernel, runningKernel } from '../../../../provision/facts/kernel';
import { kernelModule } from '../../../../provision/facts/kernel-module';
import { lustreParameters } from '../../../../provision/facts/lustre-parameters';
import { machineSize } from '../../../../provision/facts/machine-size';
import { escapeOctal, mounts, unescapeOctal } from '../../../../provision/facts/mounts';
import { packageVersion } from '../../../../provision/facts/package-state';
import { pathState, textFileState } from '../../../../provision/facts/path';
import { processesUsing } from '../../../../provision/facts/processes';
import { machine, osRelease } from '../../../../provision/facts/system';
import { unitState } from '../../../../provision/facts/unit';

function parse<T>(fact: Fact<T>, stdout: string, exitCode = 0): T {
  return fact.parse({ exitCode, stdout: Buffer.from(stdout), stderr: exitCode === 0 ? '' : 'what went wrong' });
}

test('os-release of Amazon Linux 2, Ubuntu and one without a version', () => {
  const amazon = 'NAME="Amazon Linux"\nVERSION="2"\nID="amzn"\nVERSION_ID="2"\nPRETTY_NAME="Amazon Linux 2"\n';
  expect(parse(osRelease, amazon)).toEqual({ id: 'amzn', versionId: '2', prettyName: 'Amazon Linux 2' });
  const ubuntu = 'ID=ubuntu\nVERSION_ID=\'22.04\'\nPRETTY_NAME="Ubuntu \\"LTS\\""\n# comment\n';
  expect(parse(osRelease, ubuntu)).toEqual({ id: 'ubuntu', versionId: '22.04', prettyName: 'Ubuntu "LTS"' });
  expect(parse(osRelease, 'ID=arch\n')).toEqual({ id: 'arch', versionId: '', prettyName: 'arch' });
});

test('architecture as Node names it, and the C library if it is GNU', () => {
  expect(parse(machine, 'x86_64\nglibc 2.26\n')).toEqual({ arch: 'x64', glibc: '2.26' });
  expect(parse(machine, 'aarch64\n')).toEqual({ arch: 'arm64', glibc: null });
});

test('the kernel that runs, its boot, and the kernel of the next boot', () => {
  expect(parse(runningKernel, '6.8.0-1029-aws\n1b4e\n')).toEqual({ release: '6.8.0-1029-aws', bootId: '1b4e' });
  expect(parse(nextKernel('lustre'), '')).toBeNull();
  expect(parse(nextKernel('lustre'), '6.9.0\n')).toEqual({ release: '6.9.0', hasModule: false });
  expect(parse(nextKernel('lustre'), '6.9.0\nhas-module\n')).toEqual({ release: '6.9.0', hasModule: true });
});

test('how large a host is', () => {
  expect(parse(machineSize, '67108864\n96\n')).toEqual({ memoryGiB: 64, vCPUs: 96 });
});

test('parameters of the Lustre client, and none where lctl says nothing', () => {
  expect(parse(lustreParameters(['osc.*.max_rpcs_in_flight']), 'osc.a-OST0000.max_rpcs_in_flight=8\n')).toEqual([
    { name: 'osc.a-OST0000.max_rpcs_in_flight', value: '8' },
  ]);
  expect(parse(lustreParameters([]), '')).toEqual([]);
});

test('processes on a file system: with and without a unit, whatever their names', () => {
  expect(parse(processesUsing('/fsx'), '7 sluice-pull.service node\n8  my editor\n')).toEqual([
    { pid: 7, unit: 'sluice-pull.service', name: 'node' },
    { pid: 8, unit: '', name: 'my editor' },
  ]);
});

test('mounts: a trap, Lustre over it by its address, a path with a blank', () => {
  const text = `/ xfs /dev/nvme0n1p1 / rw,noatime,attr2
/fsx autofs systemd-1 / rw,relatime,fd=51
/fsx lustre 10.20.1.5@tcp:/abcdbbmv /sub rw,noatime,flock,lazystatfs
/mnt/two\\x20words ext4 /dev/sdb / rw
`;
  const found = parse(mounts, text);
  expect(found.filter((mount) => mount.target === '/fsx').map((mount) => mount.fsType)).toEqual(['autofs', 'lustre']);
  expect(found[2]).toEqual({
    target: '/fsx',
    fsType: 'lustre',
    source: '10.20.1.5@tcp:/abcdbbmv',
    root: '/sub',
    options: ['rw', 'noatime', 'flock', 'lazystatfs'],
  });
  expect(found[3]?.target).toBe('/mnt/two words');
});

test('octal escapes of fstab go both ways', () => {
  expect(escapeOctal('/two words\\x')).toBe('/two\\040words\\134x');
  expect(unescapeOctal(escapeOctal('/a b\tc\\d'))).toBe('/a b\tc\\d');
});

test('addresses, each once; none where a name does not resolve', () => {
  const text = '10.20.1.5       STREAM fs-1.fsx.us-east-1.amazonaws.com\n10.20.1.5       DGRAM\n10.20.1.5       RAW\n';
  expect(parse(resolvedAddresses('fs-1'), text)).toEqual(['10.20.1.5']);
  expect(parse(resolvedAddresses('fs-1'), '', 2)).toEqual([]);
});

test.each([
  ['rpm', 'version 2.10.8-5.fsx1.amzn2\n', '2.10.8-5.fsx1.amzn2'],
  ['rpm, not installed', 'package lustre-client is not installed\n', null],
  ['dpkg', 'version 2.12.8-1 installed\n', '2.12.8-1'],
  ['dpkg, removed with its configuration left', 'version 2.12.8-1 config-files\n', null],
])('package: %s', (_, text, version) => {
  expect(parse(packageVersion('lustre-client'), text)).toBe(version);
});

test('a kernel module is available, loaded, both or neither', () => {
  expect(parse(kernelModule('lustre'), '')).toEqual({ available: false, loaded: false, version: null });
  expect(parse(kernelModule('lustre'), 'available\nversion 2.12.8\nloaded\n')).toEqual({
    available: true,
    loaded: true,
    version: '2.12.8',
  });
});

test('units: not there, static and idle, enabled and starting, newer on disk', () => {
  const text = (load: string, file: string, active: string, reload = 'no') =>
    `NeedDaemonReload=${reload}\nLoadState=${load}\nUnitFileState=${file}\nActiveState=${active}\n`;
  const unit = unitState('x.service');
  expect(parse(unit, text('not-found', '', 'inactive'))).toEqual({
    loaded: false,
    enabled: false,
    active: false,
    needsReload: false,
  });
  expect(parse(unit, text('loaded', 'static', 'inactive'))).toMatchObject({ loaded: true, enabled: false });
  expect(parse(unit, text('loaded', 'enabled', 'activating', 'yes'))).toEqual({
    loaded: true,
    enabled: true,
    active: true,
    needsReload: true,
  });
});

test('units: drop-ins of their own, and what they leave to run; those of all units of a type are the system’s', () => {
  const systems = '/usr/lib/systemd/system/service.d/10-timeout.conf';
  const own = '/etc/systemd/system/x.service.d/a.conf /run/systemd/system/x.service.d/b.conf';
  const shown = (argv: string) => `ExecStart={ path=/bin/a ; argv[]=${argv} ; ignore_errors=no ; start_time=[n/a] }\n`;
  const text = (paths: string) => `LoadState=loaded\n${shown('/bin/a --b c')}${shown('/bin/d')}DropInPaths=${paths}\n`;
  const unit = unitState('x.service');
  expect(parse(unit, text(`${systems} ${own}`))).toMatchObject({
    dropIns: { files: own.split(' '), commands: ['/bin/a --b c', '/bin/d'] },
  });
  for (const paths of [systems, '']) expect(parse(unit, text(paths))).not.toHaveProperty('dropIns');
  const bad = (paths: string) => parse(unit, `LoadState=bad-setting\nDropInPaths=${paths}\n`);
  expect(bad(`${systems} ${own}`)).toMatchObject({ loaded: false, badDropIns: [systems, ...own.split(' ')] });
  expect(bad('')).not.toHaveProperty('badDropIns');
});

test('paths, as GNU and BSD stat tell them', () => {
  const sha256 = 'ab'.repeat(32);
  const file = { kind: 'file', owner: 'root:root', sha256 };
  expect(parse(pathState('/x'), 'absent\n')).toEqual({ kind: 'absent' });
  expect(parse(pathState('/x'), 'mount-point\n')).toEqual({ kind: 'mount-point' });
  expect(parse(pathState('/x'), `regular file|644|root:root\n${sha256}\n`)).toMatchObject({ ...file, mode: '0644' });
  expect(parse(pathState('/x'), `Regular File|755|root:wheel\n${sha256}\n`)).toMatchObject({
    kind: 'file',
    mode: '0755',
  });
  expect(parse(pathState('/x'), 'directory|1777|root:root\n')).toMatchObject({ kind: 'directory', mode: '1777' });
  expect(parse(pathState('/x'), 'symbolic link|777|root:root\n')).toMatchObject({ kind: 'other' });
  const text = `line\n\n  no newline at the end ü`;
  expect(parse(textFileState('/x'), `regular empty file|600|a:b\n${sha256}\n${text}`)).toMatchObject({
    mode: '0600',
    text,
  });
});

test('a probe that failed is no answer; one that hangs says so', () => {
  expect(() => parse(osRelease, '', 1)).toThrow('the probe ended with 1: what went wrong');
  expect(() => parse(pathState('/x'), '', 124)).toThrow('no answer in time');
});

test('the addresses of a host, of both families', () => {
  const printed = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \\       valid_lft forever preferred_lft forever
2: ens5    inet 10.20.0.5/24 metric 512 brd 10.20.0.255 scope global dynamic ens5\\       valid_lft 2885sec
`;
  expect(parse(ownAddresses, printed)).toEqual(['127.0.0.1', '::1', '10.20.0.5']);
});
