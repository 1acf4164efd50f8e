/** A staging folder for tests of it, by every way that it reaches the disk. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Disk, directDisk, pooledDisk } from '../../provision/pull/destination/disk';
import { LargeFiles } from '../../provision/pull/staging/large-files';
import { SmallFiles } from '../../provision/pull/staging/small-files';
import { makeStagingFolder, Staging } from '../../provision/pull/staging/staging';
import { useTemporaryFolder } from './temporary-folder';

export const stagingWays = [
  { name: 'direct', disk: directDisk, onThreads: false },
  { name: 'thread pool', disk: pooledDisk, onThreads: false },
  { name: 'direct, small files on threads', disk: directDisk, onThreads: true },
];

interface Opening {
  readonly disk?: Disk;
  readonly smallFiles?: SmallFiles | undefined;
  readonly readOnce?: boolean;
  readonly recordEveryBytes?: number;
}

/** Made anew for each test; what was opened is closed after it. */
export function useStaging({ disk, onThreads }: { readonly disk: Disk; readonly onThreads: boolean }) {
  const folder = useTemporaryFolder();
  const path = () => join(folder(), 'staging');
  const largeFiles = new LargeFiles(1);
  const beforeMove = jest.fn();
  const smallFiles = onThreads
    ? new SmallFiles({ mostThreads: 1, hash: true, sync: true, verify: true, beforeRename: beforeMove })
    : undefined;
  const setting = { disk, largeFiles, smallFiles, hash: true, verify: true, readOnce: false, beforeMove };
  const opened: Staging[] = [];
  afterAll(() => Promise.all([largeFiles.close(), smallFiles?.close()]));
  beforeEach(() => {
    beforeMove.mockClear();
    makeStagingFolder(path());
  });
  afterEach(async () => {
    for (const staging of opened.splice(0)) await staging.close();
  });
  return {
    folder,
    /** The staging folder. */
    path,
    beforeMove,
    /** @param bootId null: nobody knows it. */
    async open(bootId: string | null = 'boot', other: Opening = {}): Promise<Staging> {
      const staging = await Staging.open({ ...setting, ...other, path: path(), bootId: bootId ?? undefined });
      opened.push(staging);
      return staging;
    },
    parts: () => readdirSync(join(path(), 'parts')),
  };
}
