/** A plan that somebody else made: JSON, or a plan file that Terraform turns into JSON. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { messageOf, SluiceError, withHint } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { terraformIn } from './terraform';

/**
 * @param name A file, or `-` for JSON on stdin. Plan files are ZIP archives; Terraform reads them where it is initialized:
 * in the file's folder, else in the working directory.
 * @throws SluiceError PLAN_UNREADABLE
 */
export async function readForeignPlan(context: CliContext, name: string): Promise<unknown> {
  if (name === '-') return parse(await text(addAbortSignal(context.signal, context.stdin as Readable)), 'stdin');
  const file = resolve(context.cwd, name);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw unreadable(`cannot read ${name}: ${messageOf(cause)}`);
  });
  if (!bytes.subarray(0, 2).equals(Buffer.from('PK'))) return parse(bytes.toString('utf8'), name);
  const folder = existsSync(join(dirname(file), '.terraform')) ? dirname(file) : context.cwd;
  const shown = terraformIn(context, folder).capture(['show', '-json', file]);
  return parse(await shown.catch(tellWhereFrom), name);
}

/** Most often it knows nothing of the plan's providers where it was run. */
const tellWhereFrom = withHint(
  'TERRAFORM_FAILED',
  () =>
    'run it in the folder that the plan was made in, after terraform init there; or give it the plan as JSON, which needs no Terraform: terraform show -json FILE',
);

function parse(json: string, name: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw unreadable(`${name} is neither a plan file nor JSON: ${messageOf(cause)}`);
  }
}

function unreadable(message: string): SluiceError {
  return new SluiceError(message, {
    code: 'PLAN_UNREADABLE',
    kind: 'config',
    hint: 'write it with: terraform plan -out=FILE, and terraform show -json FILE',
  });
}
