/** The hand-over from Terraform: a file that holds `terraform output -json`, or Terraform itself, asked in the stack's folder. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { type Outputs, OutputsError, outputsCommand, parseOutputs } from '../../stacks/outputs';
import type { CliContext } from '../context';
import { runProgram } from './run-program';

export interface OutputsPlace {
  /** What the user gave. */
  readonly file: string | undefined;
  /** The migration's name, which is the stack's. */
  readonly name: string;
}

/** @throws SluiceError of kind `config` that says how to get the outputs. */
export async function readOutputs(context: CliContext, { file, name }: OutputsPlace): Promise<Outputs> {
  const stackFolder = join('cdktf.out', 'stacks', name);
  const source = file ?? `\`${outputsCommand(stackFolder)}\``;
  let text: string;
  try {
    text =
      file === undefined
        ? await runProgram(context, 'terraform', [`-chdir=${stackFolder}`, 'output', '-json'])
        : await readFile(resolve(context.cwd, file), 'utf8');
  } catch (error) {
    throw unusable(source, messageOf(error), {
      hint: `write them to a file, and name it: ${outputsCommand(stackFolder)} >outputs.json; --outputs outputs.json`,
      cause: error,
    });
  }
  try {
    return parseOutputs(JSON.parse(text));
  } catch (error) {
    const hint =
      error instanceof OutputsError ? error.hint : `it is not the JSON that \`${outputsCommand(stackFolder)}\` prints`;
    throw unusable(source, messageOf(error), { hint, cause: error });
  }
}

function unusable(source: string, why: string, details: { hint: string; cause: unknown }): SluiceError {
  return new SluiceError(`no outputs from ${source}: ${why}`, { code: 'OUTPUTS_UNUSABLE', kind: 'config', ...details });
}
