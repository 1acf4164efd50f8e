/** What a benchmark would fail for at its end, told before it begins. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { pathOf } from './sshd';

export function usage(message: string, hint: string, cause?: unknown): SluiceError {
  return new SluiceError(message, { code: 'BENCH_OPTION', kind: 'config', hint, cause });
}

export interface Places {
  readonly directory: string;
  readonly json: string | undefined;
  readonly chart: string | undefined;
}

/** @throws SluiceError BENCH_OPTION where one cannot be written to, or a program of the server's is missing. */
export function checkPlaces({ directory, json, chart }: Places): void {
  checkFolder('--directory', directory);
  for (const [option, file] of Object.entries({ '--json': json, '--chart': chart })) {
    if (file === undefined) continue;
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
      throw usage(`${option}: ${file} is a folder`, 'Name a file.');
    checkFolder(option, dirname(resolve(file)));
  }
  for (const program of ['sshd', 'ssh-keygen'])
    if (pathOf(program) === undefined) throw usage(`no ${program} here`, "Install OpenSSH's server and client.");
}

function checkFolder(option: string, folder: string): void {
  try {
    accessSync(`${folder}/.`, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw usage(
      `${option}: ${folder} cannot be written to: ${messageOf(cause)}`,
      'Name a folder that is there.',
      cause,
    );
  }
}
