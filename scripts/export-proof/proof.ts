/**
 * The proof of export: what `sluice verify` found and writes, and what `sluice destroy` wants to see before it takes a file system
 * away. One JSON file, `.sluice/<migration>/proof.json` beside the configuration, where the state and the plan are.
 *
 * Its digest is over everything else in it: a file that was edited, cut or mixed from two is no proof. It is no signature:
 * whoever can write the file can write another.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { SluiceError } from '../../provision/core/errors';
import { formatCount } from '../../provision/core/units';
import { stateFolderOf } from '../../stacks/state-path';

const count = z.int().nonnegative();

/** Of everything under the paths of the associations, and of what lies outside them. Files, and what else becomes an object: directories, symlinks. */
const countsSchema = z.strictObject({
  /** On the file system. */
  files: count,
  bytes: count,
  /** On the file system and not in the bucket. */
  missing: count,
  /** In both, with another size, time or digest. */
  different: count,
  /** In the bucket only: nothing that a file system's end could lose. */
  extra: count,
  /** Not `exists archived`, or dirty, by `lfs hsm_state`: FSx has not exported the last change. */
  unarchived: count,
  /** What FSx never exports: keys over 1,024 bytes, over 5 TiB, names that are not UTF-8, and what lies outside every association. */
  neverExportable: count,
  /** At the source, and not on the file system as it is there; 0 where the source was not asked. */
  notPulled: count,
  /** Of the proven files: those with no digest of a pull to compare with, or whose object cannot be read. Only where content was read. */
  withoutDigest: count.optional(),
});

const claimsSchema = z.strictObject({
  version: z.literal(1),
  /** The migration's name. */
  migration: z.string(),
  /** When the reading of the sides began, by AWS's clock; ISO 8601. What was written later, nothing is said of. */
  createdAt: z.iso.datetime(),
  fileSystem: z.strictObject({
    /** `fs-0123456789abcdef0` */
    id: z.string(),
    region: z.string(),
    /** As FSx said: `AVAILABLE`, `MISCONFIGURED`...; null where it was not asked. */
    lifecycle: z.string().nullable(),
  }),
  /** Every association that was looked at; as in the outputs. */
  associations: z.array(z.strictObject({ id: z.string(), fileSystemPath: z.string(), dataRepositoryPath: z.string() })),
  counts: countsSchema,
  /** The other sides, in full; the source where it was asked. */
  source: z.strictObject({ files: count, bytes: count }).nullable(),
  bucket: z.strictObject({ objects: count, bytes: count }),
  /** How far objects were looked into: sizes and times of the listing, the metadata of every one, or the content of every one. */
  depth: z.enum(['listing', 'metadata', 'content']),
  exportQueue: z.strictObject({
    /** CloudWatch's AgeOfOldestQueuedMessage; null where it had no value, as of an empty queue. */
    oldestMessageAgeSeconds: z.number().nonnegative().nullable(),
    /** Export failures in the log group of the data repository, of changes that still count; null where it was not read. */
    failures: count.nullable(),
  }),
});

const proofSchema = claimsSchema.extend({
  result: z.enum(['proven', 'not-proven']),
  /** `sha256:` and hexadecimal digits. */
  digest: z.string(),
});

/** What was found. */
export type ProofClaims = z.output<typeof claimsSchema>;
/** What was found, what follows from it, and the digest over both. */
export type Proof = z.output<typeof proofSchema>;

/** `.sluice/<name>/proof.json` beside the configuration. */
export function proofFileOf(configFile: string, name: string): string {
  return join(stateFolderOf(configFile, name), 'proof.json');
}

/** Each count that stands against an export being whole, in words; none where it is proven. */
export function objectionsTo({ counts }: Pick<ProofClaims, 'counts'>): readonly string[] {
  const words = {
    missing: 'missing in the bucket',
    different: 'different in the bucket',
    unarchived: 'not archived, or changed since',
    neverExportable: 'that FSx never exports',
    notPulled: 'not pulled as at the source',
  } as const;
  return (Object.keys(words) as (keyof typeof words)[])
    .filter((key) => counts[key] > 0)
    .map((key) => `${formatCount(counts[key])} ${words[key]}`);
}

/** Draws the conclusion and adds the digest. The same claims give the same proof. */
export function sealProof(claims: ProofClaims): Proof {
  const concluded = { ...claims, result: objectionsTo(claims).length === 0 ? 'proven' : 'not-proven' } as const;
  return { ...concluded, digest: digestOf(concluded) };
}

/**
 * @param file The file's name, for messages.
 * @throws SluiceError PROOF_INVALID where it is none of ours, or was changed since.
 */
export function parseProof(text: string, file: string): Proof {
  const parsed = proofSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw invalid(file, 'it is not the proof that `sluice verify` writes');
  const { digest, ...concluded } = parsed.data;
  if (digest !== digestOf(concluded)) throw invalid(file, 'its content was changed since it was written');
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digestOf(value: Omit<Proof, 'digest'>): string {
  return `sha256:${createHash('sha256').update(canonical(value)).digest('hex')}`;
}

/** JSON with sorted keys, so that a rewritten file of the same content has the same digest. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function invalid(file: string, why: string): SluiceError {
  return new SluiceError(`${file} proves nothing: ${why}`, {
    code: 'PROOF_INVALID',
    kind: 'blocked',
    hint: 'npx sluice verify writes it anew',
  });
}
