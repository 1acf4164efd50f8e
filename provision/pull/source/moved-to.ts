/**
 * Where `moveTo` lies in the tree that is walked: by what the server says that both paths are (REALPATH), since one folder has many names
 * (`/~/out`, `//out`, a link). Finished files that are pulled again would be moved again, one level deeper with every run.
 */
import { posix } from 'node:path';
import { SluiceError } from '../../core/errors';
import type { PullJob } from '../job/job';
import { SftpStatusError } from '../sftp/errors';
import type { SessionPool } from '../sftp/session-pool';
import { childOf, isWithin } from '../sftp/source-path';

/** As the walk meets it; undefined where it lies outside, or nothing is moved. @throws SluiceError of kind `config` where it is the source path itself. */
export async function movedToInTree({ source, options }: PullJob, pool: SessionPool): Promise<Buffer | undefined> {
  const { moveTo } = options;
  if (moveTo === undefined) return undefined;
  const root = await realPathOf(source.path, pool);
  const folder = await realPathOf(moveTo, pool);
  if (folder.equals(root)) {
    throw new SluiceError(`moveTo ${moveTo} is the source path ${source.path} itself`, {
      code: 'SETTINGS_CONFLICT',
      kind: 'config',
      hint: 'Give another directory, such as /outgoing/done.',
    });
  }
  if (!isWithin(root, folder)) return undefined;
  const isRootOfAll = root.length === 1;
  return childOf(Buffer.from(source.path), folder.subarray(isRootOfAll ? 1 : root.length + 1));
}

/** Without links as far as the server can tell: what is not there yet keeps its name. */
async function realPathOf(path: string, pool: SessionPool): Promise<Buffer> {
  try {
    return await pool.use((session) => session.realPath(path));
  } catch (error) {
    if (!(error instanceof SftpStatusError)) throw error;
  }
  const parent = posix.dirname(path);
  return parent === path
    ? Buffer.from(path)
    : childOf(await realPathOf(parent, pool), Buffer.from(posix.basename(path)));
}
