/**
 * Whether the Lustre client that was chosen can work on this host: built for its kernel, and able to mount the file system. Known before anything
 * is touched, so that an impossible pair blocks the play. A module that is there (modinfo) settles what the list of kernels says.
 */
import { SluiceError } from '../core/errors';
import { nextKernel, type RunningKernel, runningKernel } from '../facts/kernel';
import { type KernelModule, kernelModule } from '../facts/kernel-module';
import { mounts } from '../facts/mounts';
import { unpredictable } from '../facts/prediction';
import { packageFailure } from '../resources/package-failure';
import type { Plan, Refusal, Resource, Writer } from '../resources/resource';
import { describeRanges, isInRange } from './kernel-ranges';
import { type ClientChoice, type LustreClient, type LustreHost, type LustreVersion, mountable } from './lustre-clients';

export interface ClientKernelParams {
  readonly host: LustreHost;
  readonly choice: ClientChoice;
  /** Lustre version of the file system. */
  readonly version: string;
  readonly allowReboot: boolean;
}

interface State {
  readonly kernel: RunningKernel;
  readonly module: KernelModule;
}

const updateTimeoutMs = 1_200_000;

export function clientKernel(params: ClientKernelParams): Resource<State> {
  const { host, choice, version } = params;
  return {
    name: `client ${choice} for a ${version} file system`,
    usesPackageManager: true,
    async inspect(reader) {
      const [kernel, module] = await Promise.all([reader.get(runningKernel), reader.get(kernelModule('lustre'))]);
      return { kernel, module };
    },
    plan: (state) => plan(params, state),
    predict: () => {
      const facts = [runningKernel, kernelModule('lustre'), mounts];
      return facts.map((fact) => unpredictable(fact, 'the host boots another kernel first'));
    },
    async apply(writer, _change, { kernel }) {
      try {
        await writer.run(host.updateKernel, { timeoutMs: updateTimeoutMs });
      } catch (error) {
        throw packageFailure('the newest kernel', error);
      }
      await mustBootAnother(writer, kernel, host);
      await writer.reboot();
    },
  };
}

/** A boot into the same kernel would end what runs on the host, and bring nothing. */
async function mustBootAnother(writer: Writer, { release }: RunningKernel, host: LustreHost): Promise<void> {
  const { probe, parse } = nextKernel('lustre');
  const next = parse({ exitCode: 0, stdout: Buffer.from(await writer.run(probe)), stderr: '' });
  if (next?.release !== release) return;
  throw new SluiceError(
    `the next boot would run ${release} again: there is no newer kernel, or it is not the default`,
    {
      code: 'KERNEL_STAYS',
      hint: `where a newer one is installed, make it the default (${host.makeDefault('KERNEL')}); else name an image that has one of the list (docs/hosts.md)`,
    },
  );
}

/** The client of this choice for a kernel. */
export function clientFor(
  kernel: string,
  clients: readonly LustreClient[],
  choice: ClientChoice,
): LustreClient | undefined {
  return clients.find((client) => client.choice === choice && client.kernels.some((range) => isInRange(kernel, range)));
}

function plan(params: ClientKernelParams, { kernel, module }: State): Plan {
  const { host, choice, version, allowReboot } = params;
  const own = host.clients.filter((client) => client.choice === choice);
  const never = own.every(({ series }) => !doesMount(series, version));
  if (never)
    return cannotMount(
      own.map(({ series }) => series),
      params,
    );
  const series = clientFor(kernel.release, host.clients, choice)?.series ?? seriesOf(module, host.clients, choice);
  if (series !== undefined) return doesMount(series, version) ? [] : cannotMount([series], params);
  if (allowReboot && followsNewest(host.clients, choice))
    return [{ path: 'kernel', action: 'update', from: kernel.release, to: 'the newest of the system, after a reboot' }];
  return noClient(kernel.release, host, choice, version);
}

/** Of the module that is there, where it is one of this choice's. */
function seriesOf(
  module: KernelModule,
  clients: readonly LustreClient[],
  choice: ClientChoice,
): LustreVersion | undefined {
  const own = clients.filter((client) => client.choice === choice).map(({ series }) => series);
  return module.available ? own.find((series) => `${module.version}.`.startsWith(`${series}.`)) : undefined;
}

/** A newer kernel can bring the client back: not where the client is for old kernels alone. */
function followsNewest(clients: readonly LustreClient[], choice: ClientChoice): boolean {
  return clients.some(
    (client) =>
      client.choice === choice && client.kernels.some(({ to, below }) => to === undefined && below === undefined),
  );
}

function cannotMount(series: readonly LustreVersion[], { host, choice, version }: ClientKernelParams): Refusal {
  const own = [...new Set(series)];
  const mounts = [...new Set(own.flatMap((each) => mountable[each]))];
  const able = choicesOf(host.clients.filter((client) => doesMount(client.series, version)));
  return {
    kind: 'blocked',
    reason: `client ${choice} (Lustre ${own.join(' or ')}) mounts file systems of ${mounts.join(' and ')}, not ${version}`,
    fix:
      able.length === 0
        ? 'use another host.os: no client of this one mounts the file system'
        : `set host.lustreClient to ${able.join(' or ')}, on a kernel that it mounts the file system with`,
  };
}

function doesMount(series: LustreVersion, version: string): boolean {
  return mountable[series].some((each) => each === version);
}

function noClient(kernel: string, host: LustreHost, choice: ClientChoice, version: string): Refusal {
  const kernels = (wanted: ClientChoice) =>
    describeRanges(host.clients.filter((client) => client.choice === wanted).flatMap((client) => client.kernels));
  const others = choicesOf(host.clients).filter((other) => {
    const client = clientFor(kernel, host.clients, other);
    return client !== undefined && doesMount(client.series, version);
  });
  return {
    kind: 'blocked',
    reason: `there is no Lustre client ${choice} for the running kernel ${kernel}; it is built for ${kernels(choice)}`,
    fix: [
      ...others.map((other) => `set host.lustreClient: ${other}, which is built for this kernel`),
      ...(followsNewest(host.clients, choice) ? ['run with --allow-reboot to update the kernel'] : []),
      'boot a kernel from the list, or name an image that has one',
    ].join('; or '),
  };
}

function choicesOf(clients: readonly LustreClient[]): readonly ClientChoice[] {
  return [...new Set(clients.map(({ choice }) => choice))];
}
