/** A stack's folder and the plan made in it: what `plan` and `apply` share. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { credentialErrors, loginHint } from '../../provision/core/aws-credentials';
import { SluiceError } from '../../provision/core/errors';
import { makeDirectory } from '../../provision/core/make-directory';
import { sh } from '../../provision/core/sh';
import { stateFolderOf } from '../../stacks/state-path';
import type { CliContext } from '../context';
import { usesColor } from '../render/color';
import { builtOf } from '../state/built';
import { digestWithLeftOver } from '../state/left-over';
import { assertSaved, pushOf, unsavedFile } from '../state/unsaved';
import { removeLeftOfEndedRuns } from './ended-runs';
import { digestOf, discardPlan, placeOfState, type Subjects } from './receipt';
import { type Terraform, terraformIn } from './terraform';

export interface Workspace {
  readonly terraform: Terraform;
  /** Absolute paths. */
  readonly configFile: string;
  readonly stackFile: string;
  readonly planFile: string;
  /** Where Terraform keeps providers and what it knows of the backend. */
  readonly dataFolder: string;
  readonly colorArgs: readonly string[];
}

/** Told what Terraform is at, and what it says: JSON lines of its machine-readable UI (HashiCorp, "Machine-Readable UI"), and plain ones. */
export interface Watcher {
  phase(name: 'initialize' | 'plan' | 'apply'): void;
  line(text: string): void;
}

export interface MadePlan {
  /** As `terraform show -json` gives it. */
  readonly json: unknown;
  /** As `terraform show` prints it: every attribute, for a reader. */
  readonly text: string;
  /** Of the plan file as Terraform made it. */
  readonly digest: string;
  /** What helps against the error that Terraform stopped at, where more of that is known than it says. */
  readonly cure: string | undefined;
}

export interface WorkspaceOptions {
  /** Absolute. */
  readonly configFile: string;
  /** The migration's name. */
  readonly name: string;
  /** Relative to the working directory. */
  readonly stackFolder: string;
  /** What the user named; else `.sluice/<name>/tfplan` beside the configuration, where the state is. */
  readonly planFile: string | undefined;
  /** Of another workspace of the same backend and providers, absolute: it is then initialized already. Else its own. */
  readonly dataFolder?: string;
}

export function openWorkspace(context: CliContext, options: WorkspaceOptions): Workspace {
  const { configFile, name } = options;
  const folder = resolve(context.cwd, options.stackFolder);
  const planFile =
    options.planFile === undefined
      ? join(stateFolderOf(configFile, name), 'tfplan')
      : resolve(context.cwd, options.planFile);
  const { dataFolder = resolve(folder, context.env.TF_DATA_DIR || '.terraform') } = options;
  const env = options.dataFolder === undefined ? context.env : { ...context.env, TF_DATA_DIR: dataFolder };
  return {
    terraform: terraformIn({ ...context, env }, folder),
    configFile,
    stackFile: join(folder, 'cdk.tf.json'),
    planFile,
    dataFolder,
    colorArgs: usesColor(context, context.stderr) ? [] : ['-no-color'],
  };
}

/**
 * Plans, in an initialized workspace, into the plan file and returns the plan. One that Terraform could not finish is returned too (it says `errored`), because what it had
 * planned by then is worth a review.
 * @throws SluiceError TERRAFORM_FAILED where there is no plan at all.
 */
export async function makePlan(workspace: Workspace, watcher: Watcher): Promise<MadePlan> {
  const { terraform, planFile, colorArgs } = workspace;
  await discardPlan(planFile);
  watcher.phase('plan');
  const how = await followToCure(workspace, watcher, ['plan', '-json', '-input=false', `-out=${planFile}`]);
  if (!existsSync(planFile)) throw failed(terraform, 'plan', how);
  await removeLeftOfEndedRuns(planFile);
  const digest = await digestOf(planFile);
  const [json, text] = await Promise.all([
    terraform.capture(['show', '-json', planFile]),
    terraform.capture(['show', ...colorArgs, planFile]),
  ]);
  return { json: JSON.parse(json), text, digest, cure: how.hint };
}

/**
 * The state, as `state pull` prints it: empty where there is none yet.
 * @throws SluiceError STATE_UNSAVED where what an earlier apply built is not in it.
 */
export async function readState({ terraform, stackFile }: Workspace): Promise<string> {
  const text = await terraform.capture(['state', 'pull']);
  await assertSaved({ binary: terraform.binary, folder: dirname(stackFile), text });
  return text;
}

/** What a receipt records, as it is now. */
export async function currentSubjects(workspace: Workspace): Promise<Subjects> {
  const { configFile, stackFile, planFile } = workspace;
  const [configuration, plan] = await Promise.all([digestOf(configFile), digestOf(planFile)]);
  const state = await readState(workspace);
  const stack = digestWithLeftOver(await readFile(stackFile, 'utf8'), builtOf(state));
  return { configuration, stack, plan, state: placeOfState(state) };
}

/**
 * Works on a copy of the plan file that no other run knows of, so that what is compared is what is applied, whoever plans meanwhile. Where there is
 * no plan file there is no copy either.
 */
export async function withPlanHeld<Result>(
  workspace: Workspace,
  work: (held: Workspace) => Promise<Result>,
): Promise<Result> {
  const planFile = `${workspace.planFile}.${randomUUID()}`;
  try {
    if (existsSync(workspace.planFile)) await copyFile(workspace.planFile, planFile);
    return await work({ ...workspace, planFile });
  } finally {
    await rm(planFile, { force: true });
  }
}

/** @throws SluiceError TERRAFORM_FAILED */
export async function applyPlan(workspace: Workspace, watcher: Watcher): Promise<void> {
  watcher.phase('apply');
  const how = await followToCure(workspace, watcher, ['apply', '-json', '-input=false', workspace.planFile]);
  if (how.code !== 0) throw failed(workspace.terraform, 'apply', how);
}

/** Follows it, and knows what helps where more of that is known than Terraform says. */
async function followToCure(
  workspace: Workspace,
  watcher: Watcher,
  args: readonly [command: string, ...string[]],
): Promise<Failure> {
  const { binary } = workspace.terraform;
  const folder = dirname(workspace.stackFile);
  let hint: string | undefined;
  const onLine = (text: string) => {
    const [, lockId] = heldLock.exec(text) ?? [];
    if (text.includes(unsavedFile)) hint = pushOf(binary, folder);
    else if (zoneRefusal.test(text)) hint ??= anotherZone;
    else if (unknownCaller.test(text)) hint ??= loginAgain;
    else if (lockId !== undefined)
      hint ??= `wait until that is over; where nobody is at it any more, as after a crash, ${sh`${binary} -chdir=${folder} force-unlock ${lockId}`}, then again`;
    watcher.line(text);
  };
  const code = await follow(workspace, onLine, args);
  return { code, hint };
}

/** Terraform shows who holds the lock, and names no command. */
const heldLock = /Error acquiring the state lock.*\bID: +([0-9a-f-]{36})/;

/** FSx's words; no call of AWS's says beforehand where it makes file systems. */
const zoneRefusal = /Amazon FSx does not currently support .*in the following Availability Zones/;
const anotherZone =
  'set network.availabilityZone to another zone, or in an existing network network.subnetId to a subnet of one; then npx sluice plan';

/** As the AWS provider and the backend of a state in S3 say it. */
const unknownCaller = new RegExp(
  `\\bapi error (${credentialErrors.join('|')}):|No valid credential sources found|failed to get shared config profile`,
);
const loginAgain = `${loginHint}; then again`;

/** `terraform init` takes seconds, and is needed only when the stack's backend or providers are others than last time. */
export async function initialize(workspace: Workspace, watcher: Watcher): Promise<void> {
  const { terraform, stackFile, dataFolder } = workspace;
  watcher.phase('initialize');
  const stack = JSON.parse(await readFile(stackFile, 'utf8')) as { readonly terraform?: unknown };
  const wanted = createHash('sha256')
    .update(JSON.stringify([terraform.binary, stack.terraform ?? null]))
    .digest('hex');
  const marker = join(dataFolder, 'sluice-init');
  const done = await readFile(marker, 'utf8').catch(() => undefined);
  if (done === wanted) return;
  const said: string[] = [];
  const onLine = (text: string) => {
    said.push(text);
    watcher.line(text);
  };
  // Not as JSON: OpenTofu and older versions of Terraform know it for other commands only.
  const code = await follow(workspace, onLine, ['init', '-input=false', '-no-color']);
  if (code !== 0) throw notInitialized(workspace, code, said.join('\n').trim());
  await writeFile(marker, wanted);
}

/**
 * Its output stays beside the plan, as `terraform-<command>.log`. Until it ends the name is one of this run alone: another at the same
 * time, which Terraform's lock turns away, must not write into it.
 */
async function follow(
  { terraform, planFile }: Workspace,
  onLine: Watcher['line'],
  args: readonly [command: string, ...string[]],
): Promise<number> {
  const folder = dirname(planFile);
  makeDirectory(folder, 0o700);
  const log = join(folder, `terraform-${args[0]}`);
  const file = `${log}.${randomUUID()}.log`;
  try {
    return await terraform.follow(args, { file, onLine });
  } finally {
    await rename(file, `${log}.log`).catch(() => {});
  }
}

/** Of the two ways that Terraform names where the state is kept elsewhere from now on, one leaves what is built behind. */
function notInitialized({ terraform, stackFile }: Workspace, code: number, said: string): SluiceError {
  if (!said.includes('-migrate-state'))
    return failed(terraform, 'init', { code, said, hint: unknownCaller.test(said) ? loginAgain : undefined });
  const move = sh`${terraform.binary} -chdir=${dirname(stackFile)} init -migrate-state`;
  const hint = `take the state along: ${move}; -reconfigure leaves it behind, and the next plan would build everything a second time`;
  return failed(terraform, 'init', { code, said, hint });
}

interface Failure {
  readonly code: number;
  readonly said?: string;
  readonly hint?: string | undefined;
}

function failed(
  { binary }: Terraform,
  step: string,
  { code, said = '', hint = `do what ${binary} says above` }: Failure,
): SluiceError {
  const message = `${binary} ${step} failed with exit code ${code}${said === '' ? '' : `:\n${said}`}`;
  return new SluiceError(message, { code: 'TERRAFORM_FAILED', hint });
}
