/**
 * Runs the CDKTF app (dist/main.js, built from main.ts) in a process of its own: cdktf reads the process's environment
 * and working directory, and its memory is given back when it is done.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, chmod, constants, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf, SluiceError } from '../provision/core/errors';
import { makeDirectory } from '../provision/core/make-directory';
import { stateFolderOf } from '../stacks/state-path';
import type { CliContext } from './context';
import { packageFolder } from './package-folder';

export interface SynthesizeOptions {
  /** Absolute path of a configuration that is valid. */
  readonly configFile: string;
  /** Relative to the working directory; created where it is missing. */
  readonly outputFolder: string;
  /** The migration's name, which is the stack's. */
  readonly name: string;
}

export interface ResourceAddress {
  readonly type: string;
  readonly name: string;
}

export interface Synthesized {
  /** Folder that terraform works in, relative to the working directory as `outputFolder` is. */
  readonly stackFolder: string;
  /** What the stack creates; data sources are not among them. In the order of the synthesized JSON, which is sorted. */
  readonly resources: readonly ResourceAddress[];
}

/** @throws SluiceError SYNTH_FAILED with what the app printed, OUTPUT_UNUSABLE where the folder cannot be made or written to. */
export async function synthesize(context: CliContext, options: SynthesizeOptions): Promise<Synthesized> {
  const outdir = resolve(context.cwd, options.outputFolder);
  await makeOutputFolder(outdir);
  // As the app makes them, which has no words for it where it cannot.
  await makeOutputFolder(join(outdir, 'stacks'));
  await makeOutputFolder(join(outdir, 'stacks', options.name));
  await runApp(context, { ...context.env, SLUICE_CONFIG: options.configFile, CDKTF_OUTDIR: outdir });
  await makeStateFolder(options);
  const stackFolder = join(options.outputFolder, 'stacks', options.name);
  const text = await readFile(resolve(context.cwd, stackFolder, 'cdk.tf.json'), 'utf8');
  const stack = JSON.parse(text) as { readonly resource?: Readonly<Record<string, object>> };
  const resources = Object.entries(stack.resource ?? {}).flatMap(([type, named]) =>
    Object.keys(named).map((name) => ({ type, name })),
  );
  return { stackFolder, resources };
}

async function makeOutputFolder(path: string): Promise<void> {
  try {
    if (!existsSync(path)) makeDirectory(path);
    await access(`${path}/.`, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const what = existsSync(path) ? 'written to' : 'made';
    throw new SluiceError(`the output folder ${path} cannot be ${what}: ${messageOf(cause)}`, {
      code: 'OUTPUT_UNUSABLE',
      kind: 'config',
      hint: 'name a folder that you may write to with --output',
      cause,
    });
  }
}

/**
 * Terraform itself would make it for everybody to read, and the state with its secrets in it; one that is open to everybody is shut to them,
 * where it is this user's. Where it cannot be made, Terraform says so.
 */
async function makeStateFolder({ configFile, name }: SynthesizeOptions): Promise<void> {
  const folder = stateFolderOf(configFile, name);
  try {
    makeDirectory(folder, 0o700);
  } catch {
    return;
  }
  for (const path of [dirname(folder), folder]) await shutToEverybody(path).catch(() => {});
}

/** What its group may do stays: that was somebody's wish. */
async function shutToEverybody(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o007) !== 0) await chmod(path, mode & 0o770);
}

function runApp(context: CliContext, env: CliContext['env']): Promise<void> {
  return new Promise((done, reject) => {
    const options = { cwd: context.cwd, env, signal: context.signal };
    execFile(process.execPath, [appFile()], options, (error, stdout, stderr) => {
      if (error === null) return done();
      const said = `${stderr}${stdout}`.trim();
      reject(
        new SluiceError(`synthesis failed: ${said === '' ? error.message : said}`, {
          code: 'SYNTH_FAILED',
          cause: error,
        }),
      );
    });
  });
}

function appFile(): string {
  const file = join(packageFolder(), 'dist', 'main.js');
  if (existsSync(file)) return file;
  throw new SluiceError(`${file} is missing`, { code: 'NOT_BUILT', hint: 'npm run prepare' });
}
