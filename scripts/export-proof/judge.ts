/**
 * What one key's two sides come to. Pure: what is there decides, and where that is not enough the object itself has to be asked
 * (`needsObject`), which costs a request.
 *
 *     the file system has it    is its last change archived (lfs hsm_state), and is there an object of its size?
 *     both have it              was the object written right after the file's last change? Else its own mtime decides
 *     the bucket has it         left over, or changed in S3 and not imported: the object's writer tells
 */
import { formatBytes } from '../../provision/core/units';
import { hsm, type InventoryEntry, isArchived } from '../../provision/pull/inventory/entry';
import type { ListedObject } from './bucket-listing';
import type { Pair } from './merge';
import type { ObjectFacts } from './object-facts';

export type Compared = Pair<InventoryEntry, ListedObject>;

export type FindingKind =
  /** On the file system, and no object. */
  | 'missing'
  /** Another size, time or content than the file. */
  | 'different'
  /** An object, and nothing on the file system. */
  | 'extra'
  /** The object looks right, but Lustre says that the last change is not exported. */
  | 'unarchived'
  /** FSx cannot export it, ever. */
  | 'neverExportable'
  /** At the source, and not on the file system as it is there. */
  | 'notPulled';

export interface Finding {
  readonly kind: FindingKind;
  /** Relative to the association; to the file system's root where it lies in none. */
  readonly path: string;
  readonly reason: string;
  /** FSx may still export it by itself; of a file, `lfs hsm_archive` asks it to. */
  readonly isPending?: true;
  /** FSx logged a failure of it: its code. */
  readonly failure?: string;
  /** Of a file that is pending, and of no other entry: what `lfs hsm_archive` is asked for. */
  readonly sizeBytes?: number;
  readonly mtimeMs?: number;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** A file whose last change is in the bucket, by every side that was asked. */
  readonly isProven: boolean;
  /** Its content was to be compared, and no run on the host noted a digest of it, or its object cannot be read. */
  readonly isWithoutDigest?: true;
}

/** Amazon S3 user guide: the longest key in bytes of UTF-8, and the largest object. */
const mostKeyBytes = 1024;
const mostObjectBytes = 5 * 2 ** 40;
/** S3 tells whole seconds, and its clock is not the file system's. */
const clockToleranceMs = 5_000;
/** An object written later than that after the file's last change may be somebody else's: FSx has mostly exported by then. */
const usualExportMs = 3_600_000;

export interface Rules {
  /** The association's: `''` or ending in `/`. */
  readonly keyPrefix: string;
  /** Every object is asked for its time, not only those in doubt. */
  readonly asksEveryObject: boolean;
  /** An object that may lie in an archive tier is asked whether it does. */
  readonly asksTiers?: boolean;
  /** The file system is Lustre: of a file without a state nothing is known. Elsewhere none has one. */
  readonly hasStates: boolean;
  /** FSx may not have come to what changed later than that. Links and directories are pending by it: they have no state. Absent: none is. */
  readonly queuedSinceMs?: number;
  /** FSx has changes to export. A file that was renamed keeps its state, and within a renamed directory its times too: nothing else tells it. */
  readonly isExporting?: boolean;
}

/** How old a change may be that FSx has still to export: as old as the oldest one in its queue, and as old as is usual where that says less. */
export function queuedSince(nowMs: number, queueAgeSeconds: number | null | undefined): number {
  return nowMs - Math.max(usualExportMs, (queueAgeSeconds ?? 0) * 1000);
}

/** Whether `judge` wants the object's own facts: its metadata, and its content's digest where that is read. */
export function needsObject({ left: entry, right: object }: Compared, rules: Rules): boolean {
  if (entry === undefined || entry.type === 'absent') return object !== undefined && !object.key.endsWith('/');
  if (entry.type !== 'file' && entry.type !== 'link') return false;
  if (mayBeExportedSince(entry, { object, keyPrefix: rules.keyPrefix })) return true;
  if (object === undefined) return false;
  if (entry.type === 'file' && entry.sizeBytes !== object.sizeBytes) return false;
  if (rules.asksTiers === true && object.isTiered === true) return true;
  if (rules.asksEveryObject || (entry.type === 'file' && entry.hsm === undefined)) return true;
  const delayMs = object.lastModifiedMs - entry.ctimeMs;
  return delayMs < clockToleranceMs || delayMs > usualExportMs;
}

/** The listing may be older than the state that Lustre told, and FSx goes on exporting in between. */
function mayBeExportedSince(
  entry: InventoryEntry,
  { object, keyPrefix }: { readonly object: ListedObject | undefined; readonly keyPrefix: string },
): boolean {
  if (entry.type !== 'file' || entry.hsm === undefined || !isArchived(entry.hsm)) return false;
  return object?.sizeBytes !== entry.sizeBytes && whyNever(entry, keyPrefix) === undefined;
}

/** @param facts Undefined where `needsObject` says no. Of an object that vanished meanwhile `compared` has none. */
export function judge(compared: Compared, rules: Rules, facts?: ObjectFacts): Verdict {
  const { left: entry, right: object } = compared;
  const pulled = entry === undefined ? [] : sourceFindings(entry);
  if (entry === undefined || entry.type === 'absent') {
    return verdict([...pulled, ...(object === undefined ? [] : [leftOver(object, facts)])]);
  }
  const refusal = whyNever(entry, rules.keyPrefix);
  if (refusal !== undefined) return verdict([...pulled, finding('neverExportable', entry, refusal)]);
  const known = { pulled, facts, rules };
  return entry.type === 'file' ? fileVerdict(entry, object, known) : linkOrDirectoryVerdict(entry, object, known);
}

interface Known {
  readonly pulled: readonly Finding[];
  readonly facts: ObjectFacts | undefined;
  readonly rules: Rules;
}

function linkOrDirectoryVerdict(
  entry: InventoryEntry,
  object: ListedObject | undefined,
  { pulled, facts, rules }: Known,
): Verdict {
  const isQueued = entry.ctimeMs >= (rules.queuedSinceMs ?? Infinity);
  const wanting = (kind: 'missing' | 'different', reason: string): Verdict =>
    verdict([...pulled, { ...finding(kind, entry, reason), ...(isQueued && { isPending: true }) }]);
  if (object !== undefined) {
    const other = entry.type === 'link' && facts !== undefined ? whyDifferent(entry, facts) : undefined;
    return other === undefined ? verdict(pulled) : wanting('different', other);
  }
  if (entry.type === 'link') return wanting('missing', 'the symbolic link has no object');
  // A directory without an object of its own comes back with any file in it.
  return entry.isEmpty === true ? wanting('missing', 'the empty directory has no object') : verdict(pulled);
}

function fileVerdict(
  entry: InventoryEntry,
  object: ListedObject | undefined,
  { pulled, facts, rules }: Known,
): Verdict {
  const state = whyNotArchived(entry.hsm, rules.hasStates);
  const pending = (kind: 'missing' | 'different' | 'unarchived', reason: string): Finding => ({
    ...finding(kind, entry, reason),
    isPending: true,
    sizeBytes: entry.sizeBytes,
    mtimeMs: entry.mtimeMs,
  });
  const told = (kind: 'missing' | 'different', reason: string): Finding =>
    state === undefined ? finding(kind, entry, reason) : pending(kind, `${reason}; ${state}`);
  if (object === undefined) {
    const mayBeRenamed = rules.isExporting === true && state === undefined && entry.hsm !== undefined;
    return verdict([
      ...pulled,
      { ...told('missing', whyMissing(entry.hsm)), ...(mayBeRenamed && { isPending: true }) },
    ]);
  }
  if (object.sizeBytes !== entry.sizeBytes) {
    const sizes = `${entry.sizeBytes} bytes on the file system, ${object.sizeBytes} in the bucket`;
    return verdict([...pulled, told('different', sizes)]);
  }
  if (state !== undefined) return verdict([...pulled, pending('unarchived', state)]);
  const other = facts === undefined ? undefined : whyDifferent(entry, facts);
  if (other !== undefined) return verdict([...pulled, told('different', other)]);
  const isWithoutDigest = facts?.isUnreadable === true || (facts?.sha256 !== undefined && entry.sha256 === undefined);
  return { findings: pulled, isProven: true, ...(isWithoutDigest && { isWithoutDigest }) };
}

/** Undefined where it is archived, or where nobody keeps such states. */
function whyNotArchived(flags: number | undefined, hasStates: boolean): string | undefined {
  if (flags === undefined) return hasStates ? 'lfs hsm_state tells nothing of it' : undefined;
  if (isArchived(flags)) return undefined;
  if ((flags & hsm.lost) !== 0) return 'Lustre lost its archived copy';
  if ((flags & hsm.dirty) !== 0) return 'it was changed after its last export';
  return 'it was never exported';
}

function whyMissing(flags: number | undefined): string {
  if (flags === undefined || !isArchived(flags)) return 'it has no object';
  if ((flags & hsm.released) !== 0) return 'its object is gone, and its blocks were released: the content is lost';
  return 'it was exported, and its object is gone: deleted in S3, or moved there; or renamed here, and FSx has not come to it';
}

/** The object's time is the file's at its export (FSx for Lustre user guide, "POSIX metadata support"); others write none. */
function whyDifferent({ mtimeMs, sha256 }: InventoryEntry, facts: ObjectFacts): string | undefined {
  if (sha256 !== undefined && facts.sha256 !== undefined && sha256 !== facts.sha256) {
    return `SHA-256 of the object is ${facts.sha256}, of what was pulled ${sha256}`;
  }
  const { mtimeMs: objectMs } = facts;
  if (objectMs === undefined) {
    // An imported file has the time of its object.
    const isImported = Math.floor(mtimeMs / 1000) === Math.floor(facts.lastModifiedMs / 1000);
    return isImported ? undefined : 'its object was written by somebody else than FSx, and not imported';
  }
  if (Math.abs(objectMs - mtimeMs) < 1) return undefined;
  const time = (ms: number) => new Date(ms).toISOString();
  return `its object is of the file as of ${time(objectMs)}, the file is of ${time(mtimeMs)}`;
}

/** What can never be an object, and why; undefined for all else. */
function whyNever(
  { path, type, sizeBytes, problem, hsm: flags = 0 }: InventoryEntry,
  prefix: string,
): string | undefined {
  if (problem !== undefined) return problem;
  if (type === 'other') return 'it is a socket, a pipe or a device';
  const keyBytes = Buffer.byteLength(prefix) + Buffer.byteLength(path);
  if (keyBytes > mostKeyBytes) return `its key would have ${keyBytes} bytes; S3 takes ${mostKeyBytes}`;
  if (sizeBytes > mostObjectBytes) return `it has ${formatBytes(sizeBytes)}; S3 takes ${formatBytes(mostObjectBytes)}`;
  return (flags & hsm.noArchive) === 0 ? undefined : 'it is marked noarchive (lfs hsm_clear --noarchive)';
}

function leftOver({ key, sizeBytes }: ListedObject, facts: ObjectFacts | undefined): Finding {
  return { kind: 'extra', path: key, reason: whyExtra(key, facts), sizeBytes, ...mtimeOf(facts) };
}

function mtimeOf(facts: ObjectFacts | undefined) {
  return facts?.mtimeMs === undefined ? {} : { mtimeMs: facts.mtimeMs };
}

function whyExtra(key: string, facts: ObjectFacts | undefined): string {
  if (/(^|\/)(\/|\.\.?(\/|$))/.test(key)) return 'its key is no path: FSx does not import it';
  if (facts?.isFromFsx === true) return 'FSx exported it once; deleted or renamed on the file system since';
  return 'in S3 only: not imported, or not yet';
}

function sourceFindings(entry: InventoryEntry): readonly Finding[] {
  const { source, type, sizeBytes, mtimeMs } = entry;
  if (source === undefined) return [];
  const found = (reason: string) => [finding('notPulled', entry, reason)];
  if ('problem' in source) return found(`it cannot be pulled: ${source.problem}`);
  if (type === 'absent') return found('the source has it, the file system has not');
  if ('directory' in source) return [];
  if ('link' in source) return type === 'link' ? [] : found('it is a symbolic link at the source');
  if (type === 'link') return found('it is a file at the source');
  if (source.sizeBytes !== sizeBytes) return found(`${source.sizeBytes} bytes at the source, ${sizeBytes} here`);
  const isSameTime = source.mtimeSeconds === undefined || Math.floor(mtimeMs / 1000) === source.mtimeSeconds;
  return isSameTime ? [] : found('its time at the source is another one');
}

function finding(kind: FindingKind, { path }: InventoryEntry, reason: string): Finding {
  return { kind, path, reason };
}

function verdict(findings: readonly Finding[]): Verdict {
  return { findings, isProven: false };
}
