/** The small changes at the destination beside transfers: permissions and owners of files that are there, symbolic links. */
import * as fs from 'node:fs';
import type { Disk } from '../destination/disk';
import { applyAccess } from '../destination/metadata';
import { failed, isFatal, type Outcome } from '../record/outcomes';
import type { AccessTask, Planned } from './compare';
import type { TransferOptions } from './transfer-options';

/** Gives an unchanged file the source's permissions and owner. */
export async function setAccess({ directory, name, path, file, access }: AccessTask, disk: Disk): Promise<Outcome> {
  try {
    const fd = await disk.open((await directory.open()).at(name), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
    try {
      await applyAccess(disk, fd, access);
    } finally {
      await disk.close(fd);
    }
    return { kind: 'unchanged', path, sizeBytes: file.sizeBytes, modeChanged: true };
  } catch (error) {
    if (isFatal(error)) throw error;
    return failed(path, error);
  }
}

/** Made in staging and renamed into place: at no moment is there no link where one was. */
export async function makeLink(
  { directory, name, path, target }: Extract<Planned, { kind: 'link' }>,
  { disk, staging, checkPlaces }: Pick<TransferOptions, 'disk' | 'staging' | 'checkPlaces'>,
): Promise<Outcome> {
  try {
    const draft = staging.linkPath(path);
    if ((await disk.lstat(draft)) !== undefined) await disk.unlink(draft);
    await disk.symlink(target, draft);
    await directory.makeWritable();
    await disk.rename(draft, (await directory.open()).at(name));
    return { kind: 'linked', path, target };
  } catch (error) {
    if (isFatal(error)) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await checkPlaces();
    return failed(path, error);
  }
}
