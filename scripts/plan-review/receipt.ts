/**
 * What a review was made of: digests of the configuration, of the synthesized stack, of the plan file, and the state's
 * place in its history. Written beside the plan file as FILE.review.json; `apply` compares it with what is there then.
 */
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { SluiceError } from '../../provision/core/errors';

const stateSchema = z.object({
  /** Unique to one state; '' where there is none yet. */
  lineage: z.string(),
  /** Grows with every write; 0 where there is none yet. */
  serial: z.number(),
});

const subjectsSchema = z.object({
  /** SHA-256 in hexadecimal. */
  configuration: z.string(),
  stack: z.string(),
  plan: z.string(),
  state: stateSchema,
});

const receiptSchema = z.object({
  version: z.literal(1),
  reviewedAt: z.string(),
  verdict: z.enum(['clean', 'changes', 'blocked']),
  /** Rules that block, and those that would but were allowed by name. */
  blocked: z.array(z.string()),
  allowed: z.array(z.string()),
  subjects: subjectsSchema,
});

export type Receipt = z.output<typeof receiptSchema>;
export type Subjects = z.output<typeof subjectsSchema>;

/** What changed between two looks at the subjects of a review, one clause each. A state that moved changes the stack, to which what is left over belongs. */
export function movedSince(reviewed: Subjects, now: Subjects): readonly string[] {
  const { state } = now;
  const before = reviewed.state;
  const isSameState = before.lineage === state.lineage && before.serial === state.serial;
  return [
    ...(reviewed.configuration === now.configuration ? [] : ['the configuration changed']),
    ...(reviewed.stack === now.stack || !isSameState ? [] : ['the synthesized stack changed']),
    ...(reviewed.plan === now.plan ? [] : ['the plan file is another one']),
    ...(before.lineage === state.lineage ? [] : ['the state is another one']),
    ...(before.lineage !== state.lineage || isSameState
      ? []
      : [`the state moved from serial ${before.serial} to ${state.serial}`]),
  ];
}

/** Undefined where the file is missing, or is none of ours. */
export async function readReceipt(planFile: string): Promise<Receipt | undefined> {
  try {
    return receiptSchema.parse(JSON.parse(await readFile(receiptFile(planFile), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeReceipt(planFile: string, receipt: Receipt): Promise<void> {
  await writeFile(receiptFile(planFile), `${JSON.stringify(receipt, null, 2)}\n`, { mode: 0o600 });
}

/** Removes a plan and its receipt, so that neither can be taken for the review of another. */
export async function discardPlan(planFile: string): Promise<void> {
  await rm(receiptFile(planFile), { force: true });
  await rm(planFile, { force: true });
}

function receiptFile(planFile: string): string {
  return `${planFile}.review.json`;
}

/** SHA-256 of a file in hexadecimal; '' where it is missing. Taken before what is reviewed is read: what changes meanwhile is another. */
export async function digestOf(file: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** @param text What `terraform state pull` printed. */
export function placeOfState(text: string): Subjects['state'] {
  if (text.trim() === '') return { lineage: '', serial: 0 };
  const parsed = stateSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new SluiceError('`state pull` printed something that is not a state', { code: 'STATE_UNREADABLE' });
}
