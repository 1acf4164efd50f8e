/** The gate before a file system's end: everything on it is proven to be in the bucket, lately, nothing was written since, and nothing waits for its export. */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { formatBytes, formatCount, formatDuration } from '../../provision/core/units';
import { objectionsTo, type Proof, parseProof } from '../export-proof/proof';
import type { RepositoryFailure } from '../export-proof/repository-log';
import { associationType, fileSystemTypes, lustreType } from '../plan-review/data-stores';
import { attributesOf, type BuiltResource } from '../state/built';

export interface LogPlace {
  readonly logGroup: string;
  readonly fileSystemId: string;
  readonly since: Date;
}

export interface ExportGate {
  readonly built: readonly BuiltResource[];
  readonly migration: string;
  /** Where AWS is asked: the configuration's. */
  readonly region: string;
  /** Absolute. */
  readonly proofFile: string;
  readonly cwd: string;
  readonly maxAgeHours: number;
  /** AWS's time, which `isThere` asks for too: proofs are dated by it, and CloudWatch counts by it. */
  now(): Date;
  /** Whether FSx shows the file system to these credentials in that region. CloudWatch says of one that is not there what it says of a quiet one. */
  isThere(fileSystemId: string): Promise<boolean>;
  /** Bytes that clients wrote to a file system since. */
  writtenSince(fileSystemId: string, since: Date): Promise<number>;
  /** How long the oldest change has waited for its export, in seconds; null: none waits. A rename is one, and writes no byte. */
  exportQueueAge(fileSystemId: string): Promise<number | null>;
  /** What FSx could not export since, the oldest first; of several of one key the newest. A rename that fails has left the queue, and its old object is gone. */
  failuresSince(place: LogPlace): Promise<readonly RepositoryFailure[]>;
}

/**
 * What is proven, a line for the user; '' where there is no file system.
 * @throws SluiceError of kind `blocked` that says what is not proven.
 */
export async function assertExported(gate: ExportGate): Promise<string> {
  const [fileSystemId] = attributesOf(gate.built, lustreType, 'id');
  // Another one ends with the rest too: deposed, or of a kind that is not ours.
  const others = fileSystemTypes.flatMap((type) => attributesOf(gate.built, type, 'id'));
  const other = others.find((id) => id !== fileSystemId);
  if (other !== undefined) throw unproven(`no proof is of another file system in the state, ${other}`, takeOut);
  if (fileSystemId === undefined) return '';
  const file = relative(gate.cwd, gate.proofFile);
  const proof = parseProof(await read(gate.proofFile, { file, fileSystemId }), file);
  const refuse = (objection: string | undefined, hint?: string) => {
    if (objection !== undefined)
      throw unproven(`${file} does not prove that ${fileSystemId} is exported: ${objection}`, hint);
  };
  refuse(identityOf(proof, gate, fileSystemId) ?? resultOf(proof));
  if (!(await gate.isThere(fileSystemId)))
    refuse(`FSx shows no ${fileSystemId} in ${gate.region}, so nobody can say what was written since`, lookElsewhere);
  const ageMs = gate.now().getTime() - Date.parse(proof.createdAt);
  refuse(ageOf(proof, { ageMs, maxAgeHours: gate.maxAgeHours }));
  if (ageMs < visibleAfterMs)
    refuse('what was written since does not show yet in CloudWatch', waitFor(visibleAfterMs - ageMs));
  refuse(await writesSince(proof, gate));
  const ageSeconds = (await gate.exportQueueAge(fileSystemId)) ?? 0;
  if (ageSeconds > 0)
    refuse(
      `FSx has changes still to export, renames for one; the oldest waits ${formatDuration(ageSeconds * 1000)}`,
      waitForQueue,
    );
  refuse(await failedSince(proof, gate));
  const { files, bytes } = proof.counts;
  return `${fileSystemId} is exported: ${formatCount(files)} files, ${formatBytes(bytes)}, proven ${formatDuration(ageMs)} ago (${file})`;
}

async function read(path: string, { file, fileSystemId }: { file: string; fileSystemId: string }): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw unproven(`nothing proves that ${fileSystemId} is exported: there is no ${file}`);
    throw unproven(`cannot read ${file}: ${messageOf(error)}`);
  }
}

function identityOf(proof: Proof, { migration, region, built }: ExportGate, fileSystemId: string): string | undefined {
  if (proof.migration !== migration) return `it is of the migration ${proof.migration}`;
  if (proof.fileSystem.id !== fileSystemId) return `it is of ${proof.fileSystem.id}`;
  if (proof.fileSystem.region !== region)
    return `it is of ${proof.fileSystem.region}, and the region in the configuration is ${region}`;
  const seen = proof.associations.map(({ id }) => id);
  const unseen = attributesOf(built, associationType, 'id').filter((id) => !seen.includes(id));
  return unseen.length === 0 ? undefined : `it says nothing of ${unseen.join(', ')}`;
}

function resultOf(proof: Proof): string | undefined {
  return proof.result === 'proven' ? undefined : objectionsTo(proof).join(', ');
}

/** Answers tell the time to the second, and come from many machines. */
const skewMs = 60_000;

function ageOf(
  proof: Proof,
  { ageMs, maxAgeHours }: { readonly ageMs: number; readonly maxAgeHours: number },
): string | undefined {
  if (ageMs < -skewMs) return `it is of ${proof.createdAt}, which is yet to come`;
  if (ageMs <= maxAgeHours * 3_600_000) return undefined;
  return `it is ${formatDuration(ageMs)} old, and --max-proof-age is ${maxAgeHours} hours`;
}

/** CloudWatch knows of a write after a minute or two. */
const visibleAfterMs = 3 * 60_000;

function waitFor(durationMs: number): string {
  return `run this again in ${formatDuration(durationMs)}, with the same proof`;
}

const waitForQueue = 'npx sluice verify --wait waits for them, and proves it anew';

const takeOut =
  'where it shall stay, take it out of the state (terraform state rm); --abandon-unexported where what is on it may be lost';

const lookElsewhere =
  'compare the account (aws sts get-caller-identity) and AWS_ENDPOINT_URL with those it was applied with; --abandon-unexported where it is gone indeed';

async function writesSince(proof: Proof, { writtenSince }: ExportGate): Promise<string | undefined> {
  const bytes = await writtenSince(proof.fileSystem.id, new Date(proof.createdAt));
  return bytes === 0
    ? undefined
    : `${formatBytes(bytes)} were written since, or just before, in the minute it began in`;
}

async function failedSince(proof: Proof, { built, failuresSince }: ExportGate): Promise<string | undefined> {
  // FSx takes no others (FSx for Lustre user guide, "Logging with Amazon CloudWatch Logs").
  const logGroup = attributesOf(built, 'aws_cloudwatch_log_group', 'name').find((name) => name.startsWith('/aws/fsx'));
  if (logGroup === undefined) return undefined;
  const since = new Date(proof.createdAt);
  const failures = await failuresSince({ logGroup, fileSystemId: proof.fileSystem.id, since });
  const newest = failures.at(-1);
  if (newest === undefined) return undefined;
  const count =
    failures.length === 1 ? 'a failure since' : `${formatCount(failures.length)} failures since, the newest`;
  return `FSx logged ${count}: ${newest.message}`;
}

const proveIt =
  'npx sluice verify proves it; --abandon-unexported where what is not in S3 may be lost, or the file system is gone already';

function unproven(message: string, hint = proveIt): SluiceError {
  return new SluiceError(message, { code: 'EXPORT_UNPROVEN', kind: 'blocked', hint });
}
