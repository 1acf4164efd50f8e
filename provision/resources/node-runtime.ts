/**
 * A Node.js of the host's own, uploaded over the connection: the host needs no package for it and no way out to the internet. Which
 * build it is depends on the host's architecture and C library; whether it is the right one, on its digest.
 */
import { posix } from 'node:path';
import { compareNumbers } from '../core/compare-numbers';
import { SluiceError } from '../core/errors';
import { sh } from '../core/sh';
import { formatBytes } from '../core/units';
import { diskSpace } from '../facts/disk';
import { noExecMount } from '../facts/no-exec';
import { type PathState, pathState } from '../facts/path';
import { predicted } from '../facts/prediction';
import { type Machine, machine } from '../facts/system';
import { accessChanges, changeAccess } from './access';
import type { Plan, Resource } from './resource';

/** One build of the `node` program, known by the digest of the program itself. */
export interface RuntimeBuild {
  readonly version: string;
  readonly arch: 'x64' | 'arm64';
  readonly sha256: string;
  /** The oldest GNU C library that it runs on. */
  readonly minGlibc: string;
}

/** Finds the `node` program of a build on the operator's machine, fetching it where it must. The digest is of the file. */
export type RuntimeSource = (
  arch: RuntimeBuild['arch'],
  version: string,
) => Promise<{ readonly file: string; readonly sha256: string }>;

export interface NodeRuntimeParams {
  /** Of the program: /opt/sluice/node/bin/node. Its folder is made. */
  readonly path: string;
  /** `root:root`; left alone where it is not given. */
  readonly owner?: string;
  /** In order of preference. */
  readonly builds: readonly RuntimeBuild[];
  readonly source: RuntimeSource;
}

interface State {
  readonly machine: Machine;
  readonly program: PathState;
  readonly noExec: string | null;
  readonly freeBytes: number;
}

const mode = '0755';
/** Of the largest build, and a little; an older one stays until the new one is whole. */
const neededBytes = 128 * 1024 * 1024;

export function nodeRuntime(params: NodeRuntimeParams): Resource<State> {
  const { path, owner, source } = params;
  const fact = pathState(path);
  return {
    name: `Node.js ${path}`,
    async inspect(reader) {
      const [found, program, noExec, { freeBytes }] = await Promise.all([
        reader.get(machine),
        reader.get(fact),
        reader.get(noExecMount(path)),
        reader.get(diskSpace(posix.dirname(path))),
      ]);
      return { machine: found, program, noExec, freeBytes };
    },
    plan: (state) => plan(params, state),
    predict(state) {
      const build = buildFor(params.builds, state.machine);
      const before = 'owner' in state.program ? state.program.owner : 'unknown';
      return [predicted(fact, { kind: 'file', mode, owner: owner ?? before, sha256: build?.sha256 ?? null, text: '' })];
    },
    async apply(writer, change, state) {
      if (change.path !== 'version') return changeAccess(writer, { path, mode, owner }, change);
      const build = buildFor(params.builds, state.machine);
      if (build === undefined) throw new Error(`no Node.js for ${state.machine.arch}, which the plan refuses`);
      const local = await source(build.arch, build.version);
      if (local.sha256 !== build.sha256)
        throw new SluiceError(`${local.file} is sha256:${local.sha256}, not the pinned Node.js ${build.version}`, {
          code: 'RUNTIME_DIFFERS',
          hint: 'remove the file and run again: it is fetched anew',
        });
      await writer.run(sh`mkdir -p ${path.slice(0, path.lastIndexOf('/'))}`);
      await writer.put(local, path, { mode, owner });
    },
  };
}

function plan({ builds, path, owner }: NodeRuntimeParams, state: State): Plan {
  const { machine: found, program, noExec, freeBytes } = state;
  const build = buildFor(builds, found);
  if (build === undefined)
    return {
      kind: 'blocked',
      reason: `there is no pinned Node.js for ${found.arch} with ${found.glibc === null ? 'no GNU C library' : `glibc ${found.glibc}`}`,
      fix: `use an instance type and image with one of: ${builds.map((each) => `${each.arch} and glibc ${each.minGlibc}`).join(', ')}`,
    };
  if (noExec !== null)
    return {
      kind: 'failed',
      reason: `${path} cannot be run: ${noExec} is mounted noexec`,
      fix: `let programs run there (mount -o remount,exec ${noExec}, and its line in /etc/fstab), or give ${posix.dirname(path)} a file system of its own`,
    };
  if (program.kind !== 'file' && program.kind !== 'absent')
    return { kind: 'failed', reason: `${path} is not a file`, fix: `move it away: mv ${path} ${path}.old` };
  const isThere = program.kind === 'file' && program.sha256 === build.sha256;
  if (!isThere && freeBytes < neededBytes)
    return {
      kind: 'failed',
      reason: `${path} needs ${formatBytes(neededBytes)}, and ${formatBytes(freeBytes)} are free there`,
      fix: `make room (df -h and du -xh on the host tell what takes it), enlarge the volume, or give ${posix.dirname(path)} a file system of its own`,
    };
  const wanted = `${build.version} (sha256:${build.sha256.slice(0, 12)})`;
  if (program.kind === 'absent') return [{ path: 'version', action: 'create', from: null, to: wanted }];
  if (!isThere)
    return [{ path: 'version', action: 'update', from: `sha256:${program.sha256?.slice(0, 12)}`, to: wanted }];
  return accessChanges({ path, mode, owner }, program);
}

function buildFor(builds: readonly RuntimeBuild[], { arch, glibc }: Machine): RuntimeBuild | undefined {
  if (glibc === null) return undefined;
  return builds.find((build) => build.arch === arch && compareNumbers(numbers(glibc), numbers(build.minGlibc)) >= 0);
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number);
}
