/** `sluice destroy`: everything but the buckets, once it is proven that the buckets have all of it. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes, SluiceError, withHint } from '../../provision/core/errors';
import { stateFolderOf } from '../../stacks/state-path';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { defaultConfigFile, loadConfig } from '../load-config';
import { moreThanNone } from '../option-values';
import type { Review } from '../plan-review/review';
import type { TerraformView } from '../render/terraform';
import { repeatable } from '../repeatable';
import type { BuiltResource } from '../state/built';
import { jsonHelp } from './apply';

interface Options {
  readonly config: string;
  readonly output: string;
  readonly proof?: string;
  readonly maxProofAge: number;
  readonly abandonUnexported?: true;
  readonly allow: readonly string[];
  readonly yes?: true;
  readonly json?: true;
}

export function registerDestroy(program: Command, context: CliContext): void {
  const command = program
    .command('destroy')
    .description(
      'Destroy everything but the buckets, once `sluice verify` has proven the export: plan, review, apply that very plan.',
    )
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('-o, --output <folder>', 'where to synthesize', 'cdktf.out')
    .option(
      '--proof <file>',
      'what `sluice verify` wrote (default: .sluice/<name>/proof.json beside the configuration)',
    )
    .option('--max-proof-age <hours>', 'how old the proof may be', moreThanNone('hours'), 24)
    .option('--abandon-unexported', 'without a proof: what is not in S3 is lost')
    .addOption(repeatable('--allow <rule>', 'let this rule of the review not block'))
    .option('--yes', 'do not ask')
    .option('--json', `${jsonHelp}; the review is a line {"type":"review"}`)
    .action((options: Options) => destroy(context, options));
  endHelp(command, {
    exitCodes: {
      0: 'destroyed, or nothing is built',
      1: 'Terraform failed',
      2: 'not confirmed: nothing was destroyed',
      4: 'AWS cannot be reached',
      5: 'refused: fileSystem.preventDestroy, no proof or an old one, a blocked plan, or a state that is not saved',
    },
  });
}

async function destroy(context: CliContext, options: Options): Promise<void> {
  const { assertKnown } = await import('../plan-review/review');
  assertKnown(options.allow);
  const { migration, file } = await loadConfig(context, options.config);
  if (migration.fileSystem.preventDestroy) throw protectedIn(options.config);
  const { watchTerraform } = await import('../render/terraform');
  const phases = ['synthesize', 'initialize', 'check the export', 'plan', 'review', 'apply'];
  const view = watchTerraform(context, { phases, json: options.json === true });
  try {
    await destroyStack(context, options, { migration, file, view });
  } finally {
    view.finish();
  }
}

interface Project {
  readonly migration: { readonly name: string; readonly region: string };
  readonly file: string;
  readonly view: TerraformView;
}

async function destroyStack(context: CliContext, options: Options, project: Project): Promise<void> {
  const { builtOf } = await import('../state/built');
  const { assertRegion } = await import('../state/place');
  const { assertSaved } = await import('../state/unsaved');
  const { isKept, teardownFolderOf } = await import('../destroy/teardown');
  const { synthesize } = await import('../synthesize');
  const { initialize, openWorkspace, readState } = await import('../plan-review/workspace');
  const { migration, file: configFile, view } = project;
  const { name } = migration;

  view.phase('synthesize');
  const { stackFolder } = await synthesize(context, { configFile, outputFolder: options.output, name });
  const stack = openWorkspace(context, { configFile, name, stackFolder, planFile: undefined });
  await initialize(stack, view);
  view.phase('check the export');
  const state = await readState(stack);
  const teardown = resolve(context.cwd, teardownFolderOf(stackFolder));
  await assertSaved({ binary: stack.terraform.binary, folder: teardown, text: state });
  const built = builtOf(state);
  if (built.length === 0) {
    view.write(context.stderr, 'nothing is built: there is nothing to destroy\n');
    return;
  }
  assertRegion(
    built.filter((resource) => !isKept(resource)),
    migration.region,
  );
  const proven = await assertProven(context, options, { ...project, built });
  if (proven !== '') view.write(context.stderr, `${proven}\n`);
  await tearDown(context, options, { ...project, stackFolder, dataFolder: stack.dataFolder, built });
}

interface BuiltProject extends Project {
  readonly built: readonly BuiltResource[];
}

/** What is proven, a line for the user; '' where nothing has to be. @throws SluiceError of kind `blocked`. */
async function assertProven(context: CliContext, options: Options, project: BuiltProject): Promise<string> {
  if (options.abandonUnexported === true) return '';
  const { migration, file, built } = project;
  const { proofFileOf } = await import('../export-proof/proof');
  const { assertExported } = await import('../destroy/export-gate');
  const { askedIn } = await import('../destroy/asked-since');
  return assertExported({
    built,
    migration: migration.name,
    region: migration.region,
    proofFile: options.proof === undefined ? proofFileOf(file, migration.name) : resolve(context.cwd, options.proof),
    cwd: context.cwd,
    maxAgeHours: options.maxProofAge,
    ...askedIn(migration.region, context),
  });
}

interface Teardown extends BuiltProject {
  readonly stackFolder: string;
  readonly dataFolder: string;
}

async function tearDown(context: CliContext, options: Options, teardown: Teardown): Promise<void> {
  const { isAnswered, writeTeardown } = await import('../destroy/teardown');
  const { accountNote } = await import('../state/place');
  const { applyPlan, initialize, makePlan, openWorkspace, withPlanHeld } = await import('../plan-review/workspace');
  const { destroyPlanName } = await import('../plan-review/ended-runs');
  const { digestOf, discardPlan } = await import('../plan-review/receipt');
  const { reviewPlan } = await import('../plan-review/review');
  const { migration, file: configFile, built, dataFolder, view } = teardown;
  const { name } = migration;
  const workspace = openWorkspace(context, {
    configFile,
    name,
    stackFolder: await writeTeardown({ cwd: context.cwd, stackFolder: teardown.stackFolder, built }),
    planFile: join(stateFolderOf(configFile, name), destroyPlanName),
    dataFolder,
  });
  try {
    await initialize(workspace, view);
    const { json, text, digest, cure } = await makePlan(workspace, view);
    view.write(context.stderr, text);
    if (cure !== undefined) view.write(context.stderr, `  fix: ${cure}\n`);
    view.phase('review');
    const review = reviewPlan(json, { allow: options.allow, isAnswered, forConfig: context.forConfig });
    view.write(context.stdout, await reviewText(context, options, review));
    if (review.summary.verdict === 'blocked') {
      if (cure === undefined) view.write(context.stderr, accountNote(review, built));
      return context.setExitCode(exitCodes.blocked);
    }
    if (!review.summary.complete) throw partialPlan();
    view.yieldTerminal();
    if (!(await mayGoOn(context, options, name))) return context.setExitCode(exitCodes.changesPending);
    // The answer may come hours later, and a scheduled run have written before it.
    await assertProven(context, options, teardown);
    await withPlanHeld(workspace, async (held) => {
      if ((await digestOf(held.planFile)) !== digest) throw otherPlan();
      await applyPlan(held, view).catch(halfWay);
    });
    const gone = notFound(review);
    view.write(context.stderr, `${keptOf(built, gone)}${goneOf(gone)}`);
  } finally {
    await discardPlan(workspace.planFile);
  }
}

async function mayGoOn(context: CliContext, { yes }: Options, name: string): Promise<boolean> {
  if (yes === true) return true;
  const { confirm } = await import('../confirm');
  const say = (why: string) => context.stderr.write(`nothing was destroyed${why}\n`);
  const answer = await confirm(context, 'this cannot be undone', name).catch((error: unknown) => {
    say('');
    throw error;
  });
  if (answer !== true) say(answer === undefined ? ': there is no terminal to ask on, and no --yes' : '');
  return answer === true;
}

async function reviewText(context: CliContext, { config, json }: Options, review: Review): Promise<string> {
  if (json === true) return `${JSON.stringify({ type: 'review', ...review })}\n`;
  const { renderReview } = await import('../render/plan-review');
  const { usesColor } = await import('../render/color');
  return renderReview(review, 'table', { color: usesColor(context, context.stdout), artifact: config });
}

function keptOf(built: readonly BuiltResource[], gone: readonly string[]): string {
  const buckets = built
    .filter(({ type, name }) => type === 'aws_s3_bucket' && !gone.includes(`${type}.${name}`))
    .map(({ attributes }) => `s3://${attributes.bucket}`);
  if (buckets.length === 0) return 'destroyed\n';
  return `destroyed everything but ${buckets.join(', ')}: kept, with every object; to use a bucket again, list it under buckets with existing: true\n`;
}

/** What was allowed to be destroyed without being found. */
function notFound({ findings }: Review): readonly string[] {
  return findings.filter(({ rule }) => rule === 'data-store-gone').map(({ address }) => address);
}

function goneOf(gone: readonly string[]): string {
  if (gone.length === 0) return '';
  return `${gone.join(', ')}: not found, so only taken out of the state; where it stands in another account or region it goes on and costs as before\n`;
}

/** What an interrupted apply advises, a plan of the stack, would build all of it anew. */
const halfWay = withHint(
  'INTERRUPTED',
  () => 'npx sluice destroy goes on with what is left; npx sluice plan would build anew what is gone',
);

function partialPlan(): SluiceError {
  return new SluiceError('the plan is of a part of the stack only; nothing was destroyed', {
    code: 'PLAN_REFUSED',
    kind: 'blocked',
    hint: 'take -target out of TF_CLI_ARGS and TF_CLI_ARGS_plan; then npx sluice destroy again',
  });
}

function protectedIn(config: string): SluiceError {
  return new SluiceError(`the file system is protected: fileSystem.preventDestroy is true in ${config}`, {
    code: 'DESTROY_PREVENTED',
    kind: 'blocked',
    hint: 'where it shall go, write fileSystem.preventDestroy: false there; nothing has to be applied first',
  });
}

function otherPlan(): SluiceError {
  return new SluiceError('since its review the plan file is another one; nothing was destroyed', {
    code: 'PLAN_REFUSED',
    kind: 'blocked',
    hint: 'find out who writes into .sluice beside the configuration; then npx sluice destroy again',
  });
}
