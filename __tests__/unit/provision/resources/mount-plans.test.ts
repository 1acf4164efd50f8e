/** What is planned for a mount and for its line in fstab, and where a person has to decide. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../../../provision/core/sh';
import { evaluate } from '../../../../provision/evaluate';
import { resolvedAddresses } from '../../../../provision/facts/addresses';
import { type Mount, mounts } from '../../../../provision/facts/mounts';
import { type PathState, textFileState } from '../../../../provision/facts/path';
import { realPath } from '../../../../provision/facts/real-path';
import { unitState } from '../../../../provision/facts/unit';
import { absentFstabLine, lustreFstabLine } from '../../../../provision/resources/fstab-line';
import { lustreMount, unseenOptions } from '../../../../provision/resources/lustre-mount';
import type { Change, Resource, Writer } from '../../../../provision/resources/resource';
import { systemdUnit } from '../../../../provision/resources/systemd-unit';
import { factsInMemory, given, planOn } from '../../../helpers/facts-in-memory';
import { dnsName, fstabParams, mounted, mountParams, trap } from '../../../helpers/lustre-mounts';

const factsOf = (list: readonly Mount[], addresses: readonly string[], real = '/fsx') => [
  given(mounts, list),
  given(resolvedAddresses(dnsName), addresses),
  given(realPath('/fsx'), real),
];

describe('mount', () => {
  const plan = (list: readonly Mount[], addresses: readonly string[] = ['10.20.1.5']) =>
    planOn(lustreMount(mountParams), factsOf(list, addresses));

  test.each([
    ['nothing', []],
    ['another target', [mounted({ target: '/elsewhere' })]],
    ['the trap of an automount', [trap]],
  ])('%s: it is mounted', async (_, list) => {
    expect(await plan(list)).toEqual([
      { path: 'state', action: 'create', from: null, to: `lustre ${dnsName}@tcp:/abcdbbmv` },
    ]);
  });

  test.each([
    ['by its address', [mounted()]],
    ['by its name', [mounted({ source: `${dnsName}@tcp:/abcdbbmv` })]],
    ['over its trap', [trap, mounted()]],
    ['with a port or a second network', [mounted({ source: '10.20.1.5@tcp1:/abcdbbmv' })]],
  ])('%s: it is there', async (_, list) => {
    expect(await plan(list)).toEqual([]);
  });

  test('an option that is missing is set again, one that the kernel does not show is not asked about', async () => {
    expect(await plan([mounted({ options: ['rw', 'relatime', 'flock', 'lazystatfs'] })])).toEqual([
      { path: 'options', action: 'update', from: 'rw,relatime,flock,lazystatfs', to: 'noatime,flock' },
    ]);
    const resource = lustreMount({ ...mountParams, options: ['noatime', 'flock', 'retry=3'] });
    expect(await planOn(resource, factsOf([mounted()], ['10.20.1.5']))).toEqual([]);
    expect(unseenOptions(['noatime', 'flock', 'nouser_xattr', 'retry=3', 'nochecksum'])).toEqual([
      'retry=3',
      'nochecksum',
    ]);
  });

  const withOptions = (options: readonly string[]) => lustreMount({ ...mountParams, options });
  const factsWith = (shown: string) => factsOf([mounted({ options: shown.split(',') })], ['10.20.1.5']);

  test.each([
    [['atime', 'flock'], 'rw,relatime,flock,lazystatfs'],
    [['strictatime'], 'rw,flock'],
    [['noatime', 'noflock'], 'rw,noatime,lazystatfs'],
    [['noatime', 'noflock'], 'rw,noatime,noflock,lazystatfs'],
    [['suid', 'dev', 'exec', 'rw', 'async'], 'rw,relatime,flock'],
    [['ro', 'noatime'], 'ro,noatime'],
  ])('%j: where the kernel shows %s nothing is left to do', async (options, shown) => {
    expect(await planOn(withOptions(options), factsWith(shown))).toEqual([]);
  });

  test.each([
    [['atime'], 'rw,noatime,flock', ['mount -o remount,relatime /fsx']],
    [['strictatime'], 'rw,relatime', ['mount -o remount,strictatime /fsx']],
    [['suid', 'exec'], 'rw,nosuid,noexec', ['mount -o remount,suid,exec /fsx']],
    [['noatime'], 'ro,noatime', ['mount -o remount,rw,noatime /fsx']],
    [['nolazystatfs'], 'rw,lazystatfs', ['umount /fsx', expect.stringContaining('-o nolazystatfs')]],
    [['noflock'], 'rw,localflock', ['umount /fsx', expect.stringContaining('mount -t lustre -o noflock')]],
  ])('%j: where the kernel shows %s it is set', async (options, shown, commands) => {
    const resource = withOptions(options);
    const state = await resource.inspect(factsInMemory(factsWith(shown)));
    const [change] = resource.plan(state) as readonly Change[];
    const run: string[] = [];
    const writer = { run: async ({ text }: Command) => String(run.push(text)) } as Partial<Writer> as Writer;
    await resource.apply(writer, change as Change, state);
    expect(run).toEqual(commands);
  });

  test.each([
    [
      'another mount name',
      [mounted({ source: '10.20.1.5@tcp:/zyxwvuts' })],
      ['10.20.1.5'],
      /another Lustre file system/,
    ],
    [
      'another address',
      [mounted({ source: '10.20.1.9@tcp:/abcdbbmv' })],
      ['10.20.1.5'],
      /10\.20\.1\.9.*is 10\.20\.1\.5/,
    ],
    ['another mount name, unresolved', [mounted({ source: '10.20.1.5@tcp:/other' })], [], /does not resolve/],
    ['a part of it', [mounted({ root: '/sub' })], ['10.20.1.5'], /only \/sub of/],
    ['another type', [mounted({ fsType: 'nfs4', source: 'nas:/x' })], ['10.20.1.5'], /has nfs4 nas:\/x mounted/],
    ['one over the other', [mounted(), mounted()], ['10.20.1.5'], /2 file systems/],
  ])('%s: a person has to decide', async (_, list, addresses, reason) => {
    expect(await plan(list, addresses)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(reason),
      fix: expect.stringContaining('umount /fsx'),
    });
  });
});

describe('what an earlier mount point left', () => {
  const stateOn = async (resource: Resource, facts: Parameters<typeof factsInMemory>[0]) =>
    resource.note?.(await resource.inspect(factsInMemory(facts)));

  test('a mount of the file system elsewhere is named; not one of a part of it, nor of another', async () => {
    const noted = (other: Mount) => stateOn(lustreMount(mountParams), factsOf([other, mounted()], ['10.20.1.5']));
    expect(await noted(mounted({ target: '/old' }))).toMatchObject({ fix: expect.stringContaining('umount /old') });
    expect(await noted(mounted({ target: '/part', root: '/part' }))).toBeUndefined();
    expect(await noted(mounted({ target: '/other', source: '10.20.1.9@tcp:/zyxwvuts' }))).toBeUndefined();
  });

  test('so is its line', async () => {
    const unit = { loaded: false, enabled: false, active: false, needsReload: false };
    const units = fstabParams.networkUnits.map((name) => given(unitState(name), unit));
    const noted = (text: string) => {
      const file: PathState = { kind: 'file', mode: '0644', owner: 'root:root', sha256: '', text };
      return stateOn(lustreFstabLine(fstabParams), [given(textFileState('/etc/fstab'), file), ...units]);
    };
    const ours = `${fstabParams.source} /fsx lustre defaults 0 0\n`;
    expect(await noted(`${ours}${fstabParams.source} /old lustre defaults 0 0\n`)).toMatchObject({
      reason: expect.stringContaining('/old lustre'),
      fix: expect.stringContaining('umount /old'),
    });
    expect(await noted(`${ours}fs-9@tcp:/else /old lustre defaults 0 0\n`)).toBeUndefined();
    expect(await noted(`${ours}${fstabParams.source} /old none bind 0 0\n`)).toBeUndefined();
  });
});

describe('while the name does not resolve', () => {
  const evaluated = (mount: Mount, options = mountParams.options) =>
    evaluate(lustreMount({ ...mountParams, options }), factsInMemory(factsOf([mount], [])));

  test('what is mounted under its mount name stays, with a warning; by its name it is known', async () => {
    expect(await evaluated(mounted())).toMatchObject({
      kind: 'ok',
      warning: { reason: expect.stringContaining('does not resolve'), fix: expect.not.stringContaining('umount') },
    });
    expect(await evaluated(mounted({ source: `${dnsName}@tcp:/abcdbbmv` }))).toEqual({
      kind: 'ok',
      warning: undefined,
    });
  });

  test('it is not unmounted for the sake of an option: it could not be mounted again', async () => {
    expect(await evaluated(mounted(), ['noflock'])).toMatchObject({
      kind: 'stopped',
      result: { status: 'failed', reason: expect.stringContaining('mounting anew') },
    });
    expect(await evaluated(mounted(), ['relatime', 'flock'])).toMatchObject({ kind: 'changes' });
  });
});

test('a mount point behind a symbolic link is refused by its real path, before anything is touched', async () => {
  expect(await planOn(lustreMount(mountParams), factsOf([], ['10.20.1.5'], '/data/fsx'))).toMatchObject({
    kind: 'blocked',
    fix: 'set host.mountPoint: /data/fsx',
  });
});

test('the real path is that of the folder that the last part lies in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'real-path-'));
  const dir = realpathSync(folder);
  symlinkSync('/nowhere', join(dir, 'dangling'));
  symlinkSync(dir, join(dir, 'here'));
  const found = (path: string) => {
    const { probe, parse } = realPath(path);
    return parse({ exitCode: 0, stdout: execFileSync('sh', ['-c', probe.text]), stderr: '' });
  };
  expect(found(join(dir, 'here', 'fsx'))).toBe(join(dir, 'fsx'));
  expect(found(join(dir, 'here', 'not', 'yet'))).toBe(join(dir, 'not', 'yet'));
  expect(found(join(dir, 'dangling'))).toBe(join(dir, 'dangling'));
  expect(found('/fsx')).toBe('/fsx');
  rmSync(folder, { recursive: true });
});

test.each([
  ['enabled', true, ['systemctl daemon-reload && systemctl reenable x.service']],
  ['not enabled yet', false, ['systemctl daemon-reload', 'systemctl enable x.service']],
])('a unit that is %s is wanted by what its new definition says', async (_, enabled, commands) => {
  const resource = systemdUnit({ name: 'x.service', content: '[Install]\nWantedBy=data-fsx.mount\n', enabled: true });
  const text = '[Install]\nWantedBy=fsx.mount\n';
  const facts = [
    given(textFileState('/etc/systemd/system/x.service'), {
      kind: 'file',
      mode: '0644',
      owner: 'root:root',
      sha256: '',
      text,
    }),
    given(unitState('x.service'), { loaded: true, enabled, active: false, needsReload: false }),
  ];
  const state = await resource.inspect(factsInMemory(facts));
  const run: string[] = [];
  const writer = { put: async () => {}, run: async ({ text: command }: Command) => String(run.push(command)) };
  for (const change of resource.plan(state) as readonly Change[])
    await resource.apply(writer as Partial<Writer> as Writer, change, state);
  expect(run).toEqual(commands);
});

describe('fstab line', () => {
  const plan = (text: string, existing: readonly string[]) =>
    planOn(lustreFstabLine(fstabParams), [
      given(textFileState('/etc/fstab'), { kind: 'file', mode: '0644', owner: 'root:root', sha256: '', text }),
      ...fstabParams.networkUnits.map((name) =>
        given(unitState(name), { loaded: existing.includes(name), enabled: false, active: false, needsReload: false }),
      ),
    ]);

  test('waits for the first unit that the host has, or for none', async () => {
    const lineFor = async (units: readonly string[]) => (await plan('', units)) as readonly { to: string }[];
    expect((await lineFor(['network.service', 'network-online.target']))[0]?.to).toContain(
      'x-systemd.requires=network.service 0 0',
    );
    expect((await lineFor(['network-online.target']))[0]?.to).toContain('x-systemd.requires=network-online.target 0 0');
    expect((await lineFor([]))[0]?.to).toBe(`${dnsName}@tcp:/abcdbbmv /fsx lustre defaults 0 0`);
  });

  test('there once it stays; twice it becomes one', async () => {
    const line = `${dnsName}@tcp:/abcdbbmv /fsx lustre defaults 0 0`;
    expect(await plan(`${line}\n`, [])).toEqual([]);
    expect(await plan(`${line}\n${line}\n`, [])).toEqual([
      { path: 'line', action: 'update', from: `${line}\n${line}`, to: line },
    ]);
  });

  test('a link in place of the file is never written over', async () => {
    const link: PathState = { kind: 'other', mode: '0777', owner: 'root:root', sha256: null, text: null };
    const unit = { loaded: true, enabled: false, active: false, needsReload: false };
    const units = fstabParams.networkUnits.map((name) => given(unitState(name), unit));
    const plan = await planOn(lustreFstabLine(fstabParams), [given(textFileState('/etc/fstab'), link), ...units]);
    expect(plan).toMatchObject({ kind: 'failed', reason: '/etc/fstab is not an ordinary file' });
  });

  test.each([
    ['UTF-8', '# tempor\u00e4r\n', 'utf8'],
    ['Latin-1', '# tempor\u00e4r\n', 'latin1'],
  ] as const)('whatever the bytes of the other lines are, here %s, they stay', async (_, comment, encoding) => {
    const ours = 'fs-9@tcp:/old /fsx lustre defaults 0 0\n';
    const before = Buffer.concat([Buffer.from(comment, encoding), Buffer.from(ours)]);
    const answer = Buffer.concat([Buffer.from(`regular file|640|root:root\n${'0'.repeat(64)}\n`), before]);
    const fact = textFileState('/etc/fstab');
    const file = fact.parse({ exitCode: 0, stdout: answer, stderr: '' });
    const units = fstabParams.networkUnits.map((name) =>
      given(unitState(name), { loaded: false, enabled: false, active: false, needsReload: false }),
    );
    const putBy = async (resource: Resource) => {
      const state = await resource.inspect(factsInMemory([given(fact, file), ...units]));
      const puts: Buffer[] = [];
      const put = async (content: unknown) => void puts.push(content as Buffer);
      const writer = { put, run: async () => '' } as Partial<Writer> as Writer;
      for (const change of resource.plan(state) as readonly Change[]) await resource.apply(writer, change, state);
      return puts;
    };
    const line = `${dnsName}@tcp:/abcdbbmv /fsx lustre defaults 0 0\n`;
    const kept = Buffer.from(comment, encoding);
    expect(await putBy(lustreFstabLine(fstabParams))).toEqual([Buffer.concat([kept, Buffer.from(line)])]);
    expect(await putBy(absentFstabLine('/fsx'))).toEqual([kept]);
  });

  test('a line of another type on the mount point is a person’s to settle', async () => {
    expect(await plan('nas:/x /fsx nfs4 defaults 0 0\n', [])).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('nas:/x /fsx nfs4'),
    });
  });
});
