/** The demo's folder: emptied on every run, never made out of somebody else's, and never taken from a demo that still runs. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { currentBootId, takeRunLock } from '../../provision/pull/run-lock';

/** Tells a folder that the demo may empty. */
const marker = '.sluice-demo';

export interface Workspace {
  readonly folder: string;
  /** The tree that the demo's SFTP server shows. */
  readonly vendor: string;
  /** The stand-in host's file system. */
  readonly host: string;
  /** What stands in for the mounted FSx file system. */
  readonly fsx: string;
  /** Where the vendor's tree lands beneath it. */
  readonly landing: string;
  readonly configFile: string;
  /** Lets the next demo have the folder. */
  release(): void;
}

/** @throws SluiceError where the folder holds anything that an earlier demo did not put there, is another's, or cannot be made. */
export function openWorkspace(folder: string): Promise<Workspace> {
  return makeWorkspace(folder).catch((cause: unknown) => {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError(`${folder} cannot be used: ${messageOf(cause)}`, {
      code: 'DEMO_FOLDER_UNUSABLE',
      kind: 'config',
      hint: 'name a folder that you may write to with --dir',
      cause,
    });
  });
}

async function makeWorkspace(folder: string): Promise<Workspace> {
  if (existsSync(folder) && !existsSync(join(folder, marker)) && (await readdir(folder)).length > 0) {
    throw new SluiceError(`${folder} is not empty, and no demo made it`, {
      code: 'DEMO_FOLDER_IN_USE',
      kind: 'config',
      hint: 'name an empty or new folder with --dir',
    });
  }
  await makeFolder(folder);
  await writeFile(join(folder, marker), 'Made by `sluice demo`, which may empty this folder.\n');
  const { release } = takeRunLock(folder, currentBootId(), folder);
  await empty(folder);
  const fsx = join(folder, 'fsx');
  const workspace: Workspace = {
    folder,
    vendor: join(folder, 'vendor'),
    host: join(folder, 'host'),
    fsx,
    landing: join(fsx, 'nasdaq'),
    configFile: join(folder, 'migration.yaml'),
    release,
  };
  for (const path of [workspace.vendor, workspace.host, workspace.fsx]) await mkdir(path);
  return workspace;
}

/** With those above it. The `recursive` of Node.js never ends where a file system has ENOENT for a new folder, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder);
}

/**
 * Not removed itself: it may be a link to another disk, a mount point, or somebody's working directory. Nor the lock, and what
 * others that ask for it have beside it.
 */
async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== marker && !/^lock\b/.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
