/** Which client goes with which kernel and file system, over every system there is. */
import fc from 'fast-check';
import { runningKernel } from '../../../../provision/facts/kernel';
import { kernelModule } from '../../../../provision/facts/kernel-module';
import { clientFor, clientKernel } from '../../../../provision/roles/client-kernel';
import { isInRange } from '../../../../provision/roles/kernel-ranges';
import { type ClientChoice, type HostOs, lustreHosts, mountable } from '../../../../provision/roles/lustre-clients';
import { factsInMemory, given } from '../../../helpers/facts-in-memory';

interface Case {
  readonly os: HostOs;
  readonly choice?: ClientChoice;
  readonly kernel: string;
  readonly version?: string;
  readonly module?: string;
  readonly allowReboot?: boolean;
}

async function planOf({ os, choice = 'lustre-client', kernel, version = '2.12', module, allowReboot = false }: Case) {
  const resource = clientKernel({ host: lustreHosts[os], choice, version, allowReboot });
  const state = await resource.inspect(
    factsInMemory([
      given(runningKernel, { release: kernel, bootId: 'a' }),
      given(kernelModule('lustre'), { available: module !== undefined, loaded: false, version: module ?? null }),
    ]),
  );
  return resource.plan(state);
}

test.each([
  ['amazon-linux-2', 'lustre2.10', '5.10.130-118.517.amzn2.x86_64', '2.10'],
  ['amazon-linux-2', 'lustre', '5.10.144-127.601.amzn2.aarch64', '2.12'],
  ['amazon-linux-2', 'lustre2.10', '5.10.144-127.601.amzn2.x86_64', undefined],
  ['amazon-linux-2023', 'lustre-client', '6.12.20-23.97.amzn2023.x86_64', '2.15'],
  ['amazon-linux-2023', 'lustre-client', '6.1.66-91.160.amzn2023.x86_64', undefined],
  ['ubuntu-22.04', 'lustre-client', '5.15.0-1051-aws', '2.12'],
  ['ubuntu-22.04', 'lustre-client', '5.15.0-1052-aws', undefined],
  ['ubuntu-22.04', 'lustre-client', '6.8.0-1017-aws', '2.15'],
  ['ubuntu-24.04', 'lustre-client', '6.8.0-1024-generic', undefined],
  ['rhel-8', 'lustre-client', '4.18.0-553.27.1.el8_10.x86_64', '2.12'],
  ['rhel-9', 'lustre-client', '5.14.0-362.18.1.el9_3.x86_64', '2.15'],
  ['rhel-9', 'lustre-client', '5.14.0-362.24.1.el9_3.x86_64', undefined],
  ['rocky-9', 'lustre-client', '5.14.0-284.30.1.el9_2.x86_64', undefined],
] as const)('%s, %s, %s: %s', (os, choice, kernel, series) => {
  expect(clientFor(kernel, lustreHosts[os].clients, choice)?.series).toBe(series);
});

test('versions are compared as numbers, a line is matched whole', () => {
  expect(isInRange('6.1.100-1.1.amzn2023', { line: '6.1', from: '6.1.79-99.167' })).toBe(true);
  expect(isInRange('6.12.1-1.1.amzn2023', { line: '6.1' })).toBe(false);
  expect(isInRange('5.14.0-5700.1', { line: '5.14.0-570' })).toBe(false);
});

test('a module that is there settles it, whatever the list of kernels says', async () => {
  const kernel = '6.9.0-custom';
  expect(await planOf({ os: 'ubuntu-24.04', kernel, module: '2.15.6' })).toEqual([]);
  expect(await planOf({ os: 'ubuntu-24.04', kernel })).toMatchObject({ kind: 'blocked' });
});

test('a file system that the kernel’s client does not mount blocks, and names what to set', async () => {
  const kernel = '4.14.281-212.502.amzn2.x86_64';
  expect(await planOf({ os: 'amazon-linux-2', choice: 'lustre2.10', kernel, version: '2.15' })).toMatchObject({
    kind: 'blocked',
    reason: 'client lustre2.10 (Lustre 2.10) mounts file systems of 2.10 and 2.12, not 2.15',
    fix: expect.stringContaining('host.lustreClient to lustre,'),
  });
  expect(await planOf({ os: 'rhel-9', kernel: '5.14.0-570.24.1.el9_6.x86_64', version: '2.10' })).toMatchObject({
    kind: 'blocked',
    fix: expect.stringContaining('another host.os'),
  });
});

test('a reboot is planned where it is allowed and can help: not for a client of old kernels', async () => {
  const old = { os: 'amazon-linux-2', choice: 'lustre2.10', kernel: '5.10.240-238.955.amzn2.x86_64' } as const;
  expect(await planOf({ ...old, allowReboot: true })).toMatchObject({
    kind: 'blocked',
    fix: expect.stringContaining('host.lustreClient: lustre'),
  });
  const young = { os: 'amazon-linux-2023', kernel: '6.1.66-91.160.amzn2023.x86_64' } as const;
  expect(await planOf({ ...young, allowReboot: true })).toMatchObject([{ path: 'kernel', from: young.kernel }]);
  expect(await planOf(young)).toMatchObject({ kind: 'blocked', fix: expect.stringContaining('--allow-reboot') });
});

test('what is not blocked mounts the file system', async () => {
  const cases = Object.entries(lustreHosts).flatMap(([os, { clients }]) =>
    clients.flatMap(({ choice, series, kernels }) =>
      kernels.map(({ line, from, to, flavour }) => ({
        os: os as HostOs,
        choice,
        series,
        kernel: `${from ?? to ?? `${line}.0`}${flavour ?? '.el'}`,
      })),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...cases), fc.constantFrom('2.10', '2.12', '2.15'), async (one, version) => {
      const mounted = mountable[one.series].some((each) => each === version);
      const plan = await planOf({ ...one, version });
      if (clientFor(one.kernel, lustreHosts[one.os].clients, one.choice)?.series === one.series)
        expect(plan).toEqual(mounted ? [] : expect.objectContaining({ kind: 'blocked' }));
    }),
  );
});
