/** What each resource plans for a given state, and the law that joins plan and predict: on the facts predicted, nothing is left to do. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Secret } from '../../../../provision/core/secret';
import { sh } from '../../../../provision/core/sh';
import { resolvedAddresses } from '../../../../provision/facts/addresses';
import { diskSpace } from '../../../../provision/facts/disk';
import { nextKernel, runningKernel } from '../../../../provision/facts/kernel';
import { kernelModule } from '../../../../provision/facts/kernel-module';
import { lustreParameters } from '../../../../provision/facts/lustre-parameters';
import { machineSize } from '../../../../provision/facts/machine-size';
import { mounts } from '../../../../provision/facts/mounts';
import { noExecMount } from '../../../../provision/facts/no-exec';
import { packageVersion } from '../../../../provision/facts/package-state';
import { type PathState, pathState, textFileState } from '../../../../provision/facts/path';
import { PredictedFacts } from '../../../../provision/facts/prediction';
import { processesUsing } from '../../../../provision/facts/processes';
import { realPath } from '../../../../provision/facts/real-path';
import { type Machine, machine, osRelease } from '../../../../provision/facts/system';
import { type UnitState, unitState } from '../../../../provision/facts/unit';
import { absentPath, absentUnit } from '../../../../provision/resources/absent';
import { directory } from '../../../../provision/resources/directory';
import { file } from '../../../../provision/resources/file';
import { absentFstabLine, lustreFstabLine } from '../../../../provision/resources/fstab-line';
import { loadedModule } from '../../../../provision/resources/kernel-module';
import { lustreMount } from '../../../../provision/resources/lustre-mount';
import { lustreClientParameters } from '../../../../provision/resources/lustre-parameters';
import { nodeRuntime } from '../../../../provision/resources/node-runtime';
import { operatingSystem } from '../../../../provision/resources/operating-system';
import { installedPackage } from '../../../../provision/resources/package';
import { isRefusal, type Resource } from '../../../../provision/resources/resource';
import { signingKey } from '../../../../provision/resources/signing-key';
import { systemdUnit } from '../../../../provision/resources/systemd-unit';
import { unmounted } from '../../../../provision/resources/unmounted';
import { moduleOptions, moduleOptionsPath } from '../../../../provision/roles/tuning';
import { type Facts, factsInMemory, given, planOn } from '../../../helpers/facts-in-memory';
import { dnsName, fstabParams, mounted, mountParams, trap } from '../../../helpers/lustre-mounts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const unitContent = '[Service]\nExecStart=/bin/true\n';
const build = { version: '24.0.0', arch: 'x64', minGlibc: '2.28', sha256: sha256('node') } as const;
const oldBuild = { version: '16.0.0', arch: 'x64', minGlibc: '2.17', sha256: sha256('old node') } as const;
const runtimeParams = {
  path: '/opt/node',
  owner: 'root:root',
  builds: [build, oldBuild],
  source: () => Promise.reject(new Error('not to be asked')),
};

const runtimeFacts = (program: PathState, found: Machine, freeBytes = 2 ** 30) => [
  given(pathState('/opt/node'), program),
  given(machine, found),
  given(noExecMount('/opt/node'), null),
  given(diskSpace('/opt'), { sizeBytes: 2 ** 33, availableBytes: freeBytes, freeBytes, availableInodes: null }),
];

const pathStates = fc.oneof(
  fc.constant<PathState>({ kind: 'absent' }),
  fc.record({
    kind: fc.constantFrom('file' as const, 'other' as const),
    mode: fc.constantFrom('0644', '0600', '0755'),
    owner: fc.constantFrom('root:root', 'ec2-user:ec2-user'),
    sha256: fc.constantFrom(sha256('x'), sha256('y')),
    text: fc.constantFrom('x', 'y', ''),
  }),
);
const directoryStates = pathStates.map(
  (state): PathState => (!('mode' in state) ? state : { ...state, kind: 'directory', sha256: null, text: null }),
);
const unitStates: fc.Arbitrary<UnitState> = fc.record({
  loaded: fc.boolean(),
  enabled: fc.boolean(),
  active: fc.boolean(),
  needsReload: fc.boolean(),
});
const mountLists = fc.subarray([trap, mounted(), mounted({ options: ['rw', 'relatime', 'flock'] })], { maxLength: 2 });

/** Every kind of resource with random facts around it. */
const kinds: Record<string, fc.Arbitrary<readonly [Resource, Facts]>> = {
  file: fc.tuple(pathStates, fc.constantFrom('x', 'z'), fc.boolean()).map(([state, content, withOwner]) => {
    const owner = withOwner ? { owner: 'root:root' } : {};
    const text = state.kind === 'file' ? { ...state, sha256: sha256(state.text ?? '') } : state;
    return [file({ path: '/f', content, mode: '0644', ...owner }), [given(textFileState('/f'), text)]];
  }),
  'secret file': pathStates.map((state) => [
    file({ path: '/f', content: new Secret('x'), mode: '0600', owner: 'root:root' }),
    [given(pathState('/f'), state)],
  ]),
  directory: fc
    .tuple(directoryStates, fc.boolean())
    .map(([state, strict]) => [
      directory({ path: '/d', ...(strict ? { mode: '0700', owner: 'root:root' } : {}) }),
      [given(pathState('/d'), state)],
    ]),
  package: fc
    .tuple(fc.constantFrom(null, '2.10.8-5', '2.12.8-1', '2.1.0'), fc.boolean())
    .map(([version, available]) => [
      installedPackage({ name: 'lustre-client', series: '2.10', install: sh`true`, module: 'lustre' }),
      [
        given(packageVersion('lustre-client'), version),
        given(kernelModule('lustre'), { available, loaded: false, version: null }),
      ],
    ]),
  'kernel module': fc
    .tuple(fc.boolean(), fc.boolean())
    .map(([available, loaded]) => [
      loadedModule({ name: 'lustre', missingFix: 'install it', makeDefault: (kernel) => `boot ${kernel}` }),
      [
        given(kernelModule('lustre'), { available, loaded, version: null }),
        given(runningKernel, { release: '1', bootId: 'a' }),
        given(nextKernel('lustre'), null),
      ],
    ]),
  'fstab line': fc
    .tuple(fc.constantFrom('', 'a /b ext4 c 0 0\n', 'x@tcp:/y /fsx lustre z 0 0\n'), unitStates)
    .map(([text, unit]) => [
      lustreFstabLine(fstabParams),
      [
        given(textFileState('/etc/fstab'), { kind: 'file', mode: '0644', owner: 'root:root', sha256: '', text }),
        ...fstabParams.networkUnits.map((name) => given(unitState(name), unit)),
      ],
    ]),
  mount: fc
    .tuple(mountLists, fc.constantFrom(['10.20.1.5'], ['10.20.1.5', '10.20.1.6']))
    .map(([list, addresses]) => [
      lustreMount(mountParams),
      [given(mounts, list), given(resolvedAddresses(dnsName), addresses), given(realPath('/fsx'), '/fsx')],
    ]),
  unit: fc
    .tuple(pathStates, unitStates, fc.boolean())
    .map(([state, unit, wanted]) => [
      systemdUnit({ name: 'x.service', content: unitContent, enabled: wanted }),
      [given(textFileState('/etc/systemd/system/x.service'), state), given(unitState('x.service'), unit)],
    ]),
  'Node.js': fc
    .tuple(pathStates, fc.constantFrom('2.26', '2.34'))
    .map(([state, glibc]) => [nodeRuntime(runtimeParams), runtimeFacts(state, { arch: 'x64', glibc })]),
};

const uses = fc.subarray([
  { pid: 7, name: 'node', unit: 'sluice-pull.service' },
  { pid: 8, name: 'sleep', unit: '' },
]);
const fstabTexts = fc.constantFrom(
  '',
  '# x\na /b ext4 c 0 0\n',
  'x@tcp:/y /fsx lustre z 0 0\na /b ext4 c 0 0\ny@tcp:/y /fsx lustre z 0 0',
);
const fstabFile = (text: string): PathState => ({ kind: 'file', mode: '0644', owner: 'root:root', sha256: '', text });

/** As `kinds`: tuning, repositories, the kernel, and the way back. */
const moreKinds: Record<string, fc.Arbitrary<readonly [Resource, Facts]>> = {
  'signing key': pathStates.map((state) => [
    signingKey({ path: '/k', url: 'https://keys.example/k.asc' }),
    [given(textFileState('/k'), state)],
  ]),
  'client parameters': fc.array(fc.constantFrom('8', '32', '600'), { minLength: 3, maxLength: 3 }).map((values) => [
    lustreClientParameters([
      { pattern: 'osc.*OST*.rpcs', value: '32' },
      { pattern: 'ldlm.*.age', value: '600000', alias: '600' },
    ]),
    [
      given(
        lustreParameters([]),
        ['osc.a-OST0000-x.rpcs', 'osc.a-OST0001-x.rpcs', 'ldlm.MGC10.0.0.5@tcp.age'].map((name, index) => ({
          name,
          value: values[index] ?? '',
        })),
      ),
    ],
  ]),
  'per host': fc
    .tuple(fc.integer({ min: 1, max: 128 }), pathStates)
    .map(([vCPUs, state]) => [
      moduleOptions(),
      [
        given(machineSize, { memoryGiB: 8, vCPUs }),
        given(textFileState(moduleOptionsPath), textOfState(state)),
        given(pathState(moduleOptionsPath), state),
      ],
    ]),
  'no path': pathStates.map((state) => [absentPath('/p'), [given(pathState('/p'), state)]]),
  'no unit': fc
    .tuple(pathStates, unitStates)
    .map(([state, unit]) => [
      absentUnit('x.service'),
      [given(pathState('/etc/systemd/system/x.service'), state), given(unitState('x.service'), unit)],
    ]),
  'no fstab line': fstabTexts.map((text) => [
    absentFstabLine('/fsx'),
    [given(textFileState('/etc/fstab'), fstabFile(text))],
  ]),
  'no mount': fc
    .tuple(mountLists, uses)
    .map(([list, users]) => [
      unmounted({ target: '/fsx', mountName: 'abcdbbmv', stoppedUnit: 'sluice-pull.service' }),
      [given(mounts, list), given(processesUsing('/fsx'), users)],
    ]),
};

function textOfState(state: PathState): PathState {
  return state.kind === 'file' ? { ...state, sha256: sha256(state.text ?? '') } : state;
}

test.each(Object.entries({ ...kinds, ...moreKinds }))(
  '%s: on the facts that it predicts, nothing is left to do',
  async (_, cases) => {
    await fc.assert(
      fc.asyncProperty(cases, async ([resource, facts]) => {
        const before = factsInMemory(facts);
        const state = await resource.inspect(before);
        const plan = resource.plan(state);
        if (isRefusal(plan) || plan.length === 0) return;
        const after = new PredictedFacts(before);
        after.add(resource.predict(state));
        expect(resource.plan(await resource.inspect(after))).toEqual([]);
      }),
    );
  },
);

test('a file whose content is a secret shows neither it nor its digest', async () => {
  const resource = file({ path: '/f', content: new Secret('hush-hush'), mode: '0600' });
  const state: PathState = { kind: 'file', mode: '0600', owner: 'a:a', sha256: sha256('old'), text: null };
  const shown = JSON.stringify(await planOn(resource, [given(pathState('/f'), state)]));
  expect(shown).toBe('[{"path":"content","action":"update","from":"***","to":"***"}]');
});

test('a directory where a file shall be, and a file where a directory shall be, are a person’s to settle', async () => {
  const owner = 'root:root';
  const asDirectory: PathState = { kind: 'directory', mode: '0755', owner, sha256: null, text: null };
  const asFile: PathState = { kind: 'file', mode: '0644', owner, sha256: sha256('x'), text: null };
  const plans = [
    await planOn(file({ path: '/p', content: 'x', mode: '0644' }), [given(textFileState('/p'), asDirectory)]),
    await planOn(directory({ path: '/p' }), [given(pathState('/p'), asFile)]),
  ];
  for (const plan of plans) expect(plan).toMatchObject({ kind: 'failed', fix: 'move it away: mv /p /p.old' });
  expect(await planOn(directory({ path: '/p' }), [given(pathState('/p'), { kind: 'mount-point' })])).toEqual([]);
});

test.each([
  ['x64', '2.26', '16.0.0'],
  ['x64', '2.28', '24.0.0'],
  ['x64', '2.100', '24.0.0'],
])('Node.js for %s with glibc %s is %s', async (arch, glibc, version) => {
  const facts = runtimeFacts({ kind: 'absent' }, { arch, glibc });
  expect(await planOn(nodeRuntime(runtimeParams), facts)).toMatchObject([
    { to: expect.stringContaining(`${version} (`) },
  ]);
});

test.each([
  ['arm64', '2.34', /no pinned Node\.js for arm64 with glibc 2\.34/],
  ['x64', '2.12', /glibc 2\.12/],
  ['x64', null, /no GNU C library/],
])('no Node.js for %s with glibc %s: blocked', async (arch, glibc, reason) => {
  const facts = runtimeFacts({ kind: 'absent' }, { arch, glibc });
  expect(await planOn(nodeRuntime(runtimeParams), facts)).toMatchObject({
    kind: 'blocked',
    reason: expect.stringMatching(reason),
  });
});

test('Node.js for a disk that has no room for it: failed before the upload; what is there already needs none', async () => {
  const host = { arch: 'x64', glibc: '2.34' };
  expect(await planOn(nodeRuntime(runtimeParams), runtimeFacts({ kind: 'absent' }, host, 2 ** 26))).toMatchObject({
    kind: 'failed',
    reason: '/opt/node needs 128 MiB, and 64.0 MiB are free there',
  });
  const asItShallBe: PathState = { kind: 'file', mode: '0755', owner: 'root:root', sha256: build.sha256, text: null };
  expect(await planOn(nodeRuntime(runtimeParams), runtimeFacts(asItShallBe, host, 0))).toEqual([]);
});

test.each([
  ['as it is now', { loaded: true, needsReload: true }],
  ['at all', { loaded: false, needsReload: false }],
])('a unit that systemd has not read %s is reloaded, and nothing else', async (_, read) => {
  const state: PathState = {
    kind: 'file',
    mode: '0644',
    owner: 'root:root',
    sha256: sha256(unitContent),
    text: unitContent,
  };
  const facts = [
    given(textFileState('/etc/systemd/system/x.service'), state),
    given(unitState('x.service'), { enabled: false, active: true, ...read }),
  ];
  expect(await planOn(systemdUnit({ name: 'x.service', content: unitContent }), facts)).toMatchObject([
    { path: 'systemd' },
  ]);
});

test('another operating system blocks', async () => {
  const facts = [given(osRelease, { id: 'ubuntu', versionId: '22.04', prettyName: 'Ubuntu 22.04' })];
  expect(await planOn(operatingSystem({ id: 'amzn', versionId: '2', fix: 'replace it' }), facts)).toMatchObject({
    kind: 'blocked',
    reason: 'the host runs Ubuntu 22.04, not amzn 2',
  });
});
