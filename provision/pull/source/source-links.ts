/**
 * Symbolic links at the source (setting `symlinks`). Nothing ever leads out of the root:
 *
 *     FOLLOW  the server resolves the link (REALPATH); the result lies in the resolved root, and is no directory that the path goes
 *             through already
 *     COPY    the target is relative, climbs no higher than the root, and climbs only at its start: what comes after a name may be a
 *             link itself, and `..` after it would climb from where that leads
 */
import { posix } from 'node:path';
import { SftpStatusError } from '../sftp/errors';
import type { DecodeName } from '../sftp/filename';
import type { SessionPool } from '../sftp/session-pool';
import { childOf, isWithin } from '../sftp/source-path';
import type { Attrs } from '../sftp/wire';

/** More links on one path are a maze, not a tree. */
const mostLinksOnPath = 8;

/** A directory at the source, and, where links are followed, what it is without links. */
export interface SourceDirectory {
  readonly path: Buffer;
  readonly real: RealDirectory | undefined;
}

interface RealDirectory {
  readonly path: Buffer;
  readonly parent: RealDirectory | undefined;
  readonly links: number;
}

export type Followed =
  | { readonly kind: 'followed'; readonly attrs: Attrs; readonly real: RealDirectory }
  | { readonly kind: 'refused'; readonly reason: string };

export type LinkTarget =
  | { readonly kind: 'target'; readonly target: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** The root, resolved where links are followed. */
export async function sourceRoot(path: string, pool: SessionPool, isFollowing: boolean): Promise<SourceDirectory> {
  const bytes = Buffer.from(path);
  if (!isFollowing) return { path: bytes, real: undefined };
  const real = await pool.use((session) => session.realPath(bytes));
  return { path: bytes, real: { path: real, parent: undefined, links: 0 } };
}

/** A directory's own directory, which is no link. */
export function subdirectory(parent: SourceDirectory, name: Buffer): SourceDirectory {
  const { real } = parent;
  return {
    path: childOf(parent.path, name),
    real: real === undefined ? undefined : { path: childOf(real.path, name), parent: real, links: real.links },
  };
}

export async function followLink(path: Buffer, parent: SourceDirectory, pool: SessionPool): Promise<Followed> {
  const refused = (reason: string): Followed => ({ kind: 'refused', reason: `it is a symbolic link ${reason}` });
  const above = parent.real;
  if (above === undefined) return refused('');
  if (above.links >= mostLinksOnPath) return refused(`behind ${mostLinksOnPath} others`);
  try {
    const [attrs, real] = await pool.use((session) => Promise.all([session.stat(path), session.realPath(path)]));
    if (!isWithin(rootOf(above), real)) return refused('to outside the source path');
    for (let step: RealDirectory | undefined = above; step !== undefined; step = step.parent) {
      if (step.path.equals(real)) return refused('to a directory it lies in: a loop');
    }
    return { kind: 'followed', attrs, real: { path: real, parent: above, links: above.links + 1 } };
  } catch (error) {
    if (error instanceof SftpStatusError) return refused(`that leads nowhere (${error.message})`);
    throw error;
  }
}

function rootOf(directory: RealDirectory): Buffer {
  let root = directory;
  while (root.parent !== undefined) root = root.parent;
  return root.path;
}

export interface LinkPlace {
  /** Relative to the root. */
  readonly relativePath: string;
  readonly sourceRoot: string;
  readonly decode: DecodeName;
}

export async function readLinkTarget(path: Buffer, pool: SessionPool, place: LinkPlace): Promise<LinkTarget> {
  const target = place.decode(await pool.use((session) => session.readLink(path)));
  return target === undefined
    ? { kind: 'refused', reason: 'the target of the link is not text' }
    : safeTarget(target, place);
}

/** The target to make the link with: an absolute one beneath the source path becomes relative. */
export function safeTarget(target: string, { relativePath, sourceRoot: root }: Omit<LinkPlace, 'decode'>): LinkTarget {
  const refused: LinkTarget = {
    kind: 'refused',
    reason: `it is a symbolic link to ${JSON.stringify(target)}, which does not surely lie inside the source path`,
  };
  const depth = relativePath.split('/').length - 1;
  let text = target;
  if (target.startsWith('/')) {
    const base = root.endsWith('/') ? root : `${root}/`;
    if (!target.startsWith(base) && target !== root) return refused;
    const below = target.slice(base.length);
    text = `${'../'.repeat(depth)}${below}` || '.';
  }
  if (text === '' || text.includes('\0')) return refused;
  const steps = text.split('/').filter((step) => step !== '' && step !== '.');
  const climbs = steps.findIndex((step) => step !== '..');
  const climbed = climbs === -1 ? steps.length : climbs;
  if (climbed > depth || steps.slice(climbed).includes('..')) return refused;
  return { kind: 'target', target: posix.join(...(steps.length === 0 ? ['.'] : steps)) };
}
