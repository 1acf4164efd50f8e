/** The hand-over from Terraform: a file that holds `terraform output -json`, or Terraform itself, asked in the stack's folder. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { type Outputs, OutputsError, outputsCommand, parseOutputs } from '../../stacks/outputs';
import type { CliContext } from '../context';
import { terraformIn } from '../plan-review/terraform';

export interface OutputsPlace {
  /** What the user gave. */
  readonly file: string | undefined;
  /** The migration's name, which is the stack's. */
  readonly name: string;
}

/** @throws SluiceError of kind `config` that says how to get the outputs. */
export async function readOutputs(context: CliContext, { file, name }: OutputsPlace): Promise<Outputs> {
  const stackFolder = join('cdktf.out', 'stacks', name);
  const terraform = terraformIn(context, resolve(context.cwd, stackFolder));
  const command = outputsCommand(stackFolder, terraform.binary);
  const source = file ?? `\`${command}\``;
  const elsewhere = `name a file that holds what it prints: ${command} >outputs.json; --outputs outputs.json`;
  const build = `npx sluice plan, then npx sluice apply; or where it is applied, ${elsewhere}`;
  if (file === undefined && !existsSync(resolve(context.cwd, stackFolder)))
    throw unusable(source, `there is no ${stackFolder} here`, { hint: `build it in this folder: ${build}` });
  let text: string;
  try {
    text = await (file === undefined
      ? terraform.capture(['output', '-json', '-no-color'])
      : readFile(resolve(context.cwd, file), 'utf8'));
  } catch (error) {
    if (error instanceof SluiceError && error.kind !== 'failed') throw error;
    if (file === undefined && !existsSync(resolve(context.cwd, stackFolder, context.env.TF_DATA_DIR || '.terraform')))
      throw unusable(source, 'the stack is written, but not applied from here', { hint: build, cause: error });
    throw unusable(source, messageOf(error), { hint: elsewhere, cause: error });
  }
  try {
    return parseOutputs(JSON.parse(text));
  } catch (error) {
    const hint = error instanceof OutputsError ? error.hint : `it is not the JSON that \`${command}\` prints`;
    const anew = file === undefined ? '' : `; then ${command} >${file}`;
    throw unusable(source, messageOf(error), { hint: `${hint}${anew}`, cause: error });
  }
}

function unusable(source: string, why: string, details: { hint: string; cause?: unknown }): SluiceError {
  return new SluiceError(`no outputs from ${source}: ${why}`, { code: 'OUTPUTS_UNUSABLE', kind: 'config', ...details });
}
