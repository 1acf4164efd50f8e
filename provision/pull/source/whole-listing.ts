/**
 * What a listing may lack without telling. OpenSSH's server looks at each entry by its path, and leaves out, without a word, what it cannot look
 * at (sftp-server.c, process_readdir): all of a directory that may be read and not searched, and entries whose path is too long for its system.
 */
import { SluiceError } from '../../core/errors';
import { SftpStatusError, statusNoSuchFile, statusPermissionDenied } from '../sftp/errors';
import type { SftpSession } from '../sftp/session';
import { bytesOf, childOf, type SourcePath, showPath } from '../sftp/source-path';

/** Paths that a system takes have 1024 bytes and more, and a server may put its own root before them. */
const shortBytes = 700;
const longestName = Buffer.alloc(255, 'x');

export class ListingInDoubtError extends SluiceError {}

/** @param names All that came, `.` and `..` among them, which most servers list. */
export function mayLackEntries(path: SourcePath, names: number): boolean {
  return names === 0 || Buffer.byteLength(path) > shortBytes;
}

/** Rejects with an SftpStatusError where the directory may not be searched, with a ListingInDoubtError where a name may be too long for its path. */
export async function mustBeWhole(session: SftpSession, path: SourcePath): Promise<void> {
  const directory = bytesOf(path);
  if ((await refusalOf(session, childOf(directory, Buffer.from('.'))))?.status === statusPermissionDenied)
    throw new SftpStatusError(
      `lstat ${showPath(path)}/.`,
      statusPermissionDenied,
      'it may be listed, and nothing in it looked at',
    );
  if (directory.length <= shortBytes) return;
  const refusal = await refusalOf(session, childOf(directory, longestName));
  if (refusal === undefined || refusal.status === statusNoSuchFile) return;
  throw new ListingInDoubtError(
    `${showPath(path)}: the path has ${directory.length} bytes, and the server takes none with the longest of names behind it; such entries may be left out of its listing`,
    {
      code: 'SOURCE_PATH_TOO_LONG',
      hint: 'Ask the owner of the source for shorter names, or for a link to this directory from further up, and pull that.',
      cause: refusal,
    },
  );
}

export function listedTwice(): SluiceError {
  return new SluiceError('the server lists this name twice, and it is under way already', {
    code: 'LISTED_TWICE',
    hint: 'Look at the directory on the server; the one under way is not touched.',
  });
}

export function listedForEver(path: SourcePath): ListingInDoubtError {
  return new ListingInDoubtError(
    `${showPath(path)}: the server lists the same names again and again, and tells no end of them`,
    { code: 'LISTED_FOR_EVER', hint: 'Ask the owner of the server; what was listed is transferred.' },
  );
}

async function refusalOf(session: SftpSession, path: Buffer): Promise<SftpStatusError | undefined> {
  try {
    await session.look(path);
    return undefined;
  } catch (error) {
    if (error instanceof SftpStatusError) return error;
    throw error;
  }
}
