/** The HSM commands of `lfs`(1), on many files at a time. Paths are absolute: none is taken for an option. */
import { execFile } from 'node:child_process';
import { SluiceError } from '../../core/errors';

/** Far below what the kernel takes of arguments (execve(2), 128 KiB each and 2 MiB in all, environment included). */
const mostArgumentBytes = 256 * 1024;

interface LfsResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an `lfs` command on files and tells how it ended. */
export type Lfs = (command: string, paths: readonly string[]) => Promise<LfsResult>;

/** @throws SluiceError LFS_MISSING where there is no such program. */
export const lfs: Lfs = (command, paths) =>
  new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { ...processPath(), LC_ALL: 'C.UTF-8' } };
    execFile('lfs', [command, ...paths], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ exitCode: 0, stdout, stderr });
      if (typeof error.code === 'number') return resolve({ exitCode: error.code, stdout, stderr });
      reject(
        new SluiceError(`lfs ${command} cannot be run: ${error.message}`, {
          code: 'LFS_MISSING',
          kind: 'blocked',
          hint: 'is the Lustre client installed? sluice doctor host tells',
          cause: error,
        }),
      );
    });
  });

/** `lfs` is in /usr/bin; a login without a profile still finds it. */
function processPath(): { readonly PATH: string } {
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
}

/** In groups that one command line takes. */
export function commandLines(paths: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let sizeBytes = Number.POSITIVE_INFINITY;
  for (const path of paths) {
    const bytes = Buffer.byteLength(path) + 1;
    if (sizeBytes + bytes > mostArgumentBytes) {
      groups.push([]);
      sizeBytes = 0;
    }
    groups.at(-1)?.push(path);
    sizeBytes += bytes;
  }
  return groups;
}

/** The flags of each file; undefined where it is gone or has no state. Wants root. */
export async function hsmStates(paths: readonly string[], run: Lfs): Promise<readonly (number | undefined)[]> {
  const states: (number | undefined)[] = [];
  for (const group of commandLines(paths)) {
    const { exitCode, stdout, stderr } = await run('hsm_state', group);
    const found = parseHsmStates(stdout, group);
    if (exitCode !== 0 && found.every((flags) => flags === undefined) && !/No such file/.test(stderr)) {
      throw new SluiceError(`lfs hsm_state failed: ${stderr.trim() || `exit ${exitCode}`}`, {
        code: 'HSM_STATE_UNREADABLE',
        kind: 'blocked',
        hint: 'it wants root and a mounted Lustre file system',
      });
    }
    states.push(...found);
  }
  return states;
}

/**
 * `path: (0x00000009) exists archived, archive_id:1`, one a file, in the order they were asked for. A path may hold anything, newlines
 * and `: (0x` too, so each line is known by the path it has to begin with.
 */
export function parseHsmStates(output: string, paths: readonly string[]): readonly (number | undefined)[] {
  let position = 0;
  return paths.map((path) => {
    const head = `${path}: (0x`;
    if (!output.startsWith(head, position)) return undefined;
    const flags = Number.parseInt(output.slice(position + head.length, position + head.length + 16), 16);
    const lineEnd = output.indexOf('\n', position + head.length);
    position = lineEnd === -1 ? output.length : lineEnd + 1;
    return Number.isNaN(flags) ? undefined : flags;
  });
}
