/** `sluice plan`: what Terraform would do, reviewed before anything is done. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { exitCodes, messageOf, SluiceError } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { defaultConfigFile, loadConfig } from '../load-config';
import type { Prices } from '../plan-review/prices';
import type { Receipt, Subjects } from '../plan-review/receipt';
import type { Review } from '../plan-review/review';
import type { ReviewFormat } from '../render/plan-review';
import { repeatable } from '../repeatable';

interface Options {
  readonly config: string;
  readonly output: string;
  readonly out?: string;
  readonly from?: string;
  readonly format: ReviewFormat;
  readonly allow: readonly string[];
  readonly prices?: string;
}

export function registerPlan(program: Command, context: CliContext): void {
  const command = program
    .command('plan')
    .description('Plan the infrastructure and review the plan; exit code 0 (no changes), 2 (changes) or 5 (blocked).')
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('-o, --output <folder>', 'where to synthesize', 'cdktf.out')
    .option('--out <file>', 'where to write the plan (default: .sluice/<name>/tfplan beside the configuration)')
    .option('--from <plan>', 'review this plan instead: JSON, a plan file, or - for JSON on stdin')
    .addOption(
      new Option('--format <format>', 'of the review').choices(['table', 'markdown', 'json', 'sarif']).default('table'),
    )
    .addOption(repeatable('--allow <rule>', 'let this rule not block'))
    .option('--prices <file>', 'prices in place of the built-in ones, as JSON')
    .action((options: Options) => plan(context, options));
  endHelp(command, {
    exitCodes: {
      0: 'nothing to apply, and the plan is a whole one',
      1: 'Terraform failed',
      2: 'changes, none of them blocked',
      3: 'the configuration, an option or the plan given is wrong',
      5: 'blocked, or a state that is not saved',
    },
  });
}

async function plan(context: CliContext, options: Options): Promise<void> {
  const { assertKnown } = await import('../plan-review/review');
  // Before Terraform runs for minutes: a misspelt name, a table that cannot be read.
  assertKnown(options.allow);
  const prices = await readPrices(context, options.prices);
  const review =
    options.from === undefined
      ? await reviewStack(context, options, prices)
      : await reviewForeign(context, options, { from: options.from, prices });
  await print(context, options, review);
  context.setExitCode(exitCodeOf(review));
}

async function reviewStack(context: CliContext, options: Options, prices: Prices): Promise<Review> {
  const { migration, file } = await loadConfig(context, options.config);
  const { builtOf } = await import('../state/built');
  const { addLeftOver, digestWithLeftOver } = await import('../state/left-over');
  const { leftBehindNote } = await import('../state/left-behind');
  const { lostStateNote } = await import('../state/lost-state');
  const { accountNote } = await import('../state/place');
  const { synthesize } = await import('../synthesize');
  const { initialize, makePlan, openWorkspace, readState } = await import('../plan-review/workspace');
  const { digestOf, placeOfState, writeReceipt } = await import('../plan-review/receipt');
  const { reviewPlan } = await import('../plan-review/review');
  const { watchTerraform } = await import('../render/terraform');
  const { name } = migration;
  const view = watchTerraform(context, { phases: ['synthesize', 'initialize', 'plan', 'review'] });
  try {
    view.phase('synthesize');
    const configuration = await digestOf(file);
    const { stackFolder } = await synthesize(context, { configFile: file, outputFolder: options.output, name });
    const workspace = openWorkspace(context, { configFile: file, name, stackFolder, planFile: options.out });
    await initialize(workspace, view);
    const state = await readState(workspace);
    const built = builtOf(state);
    await addLeftOver(workspace.stackFile, built);
    const stack = digestWithLeftOver(await readFile(workspace.stackFile, 'utf8'), built);
    const { json, text, digest, cure } = await makePlan(workspace, view);
    view.write(context.stderr, text);
    if (cure !== undefined) view.write(context.stderr, `  fix: ${cure}\n`);
    view.phase('review');
    const review = reviewPlan(json, { allow: options.allow, prices, forConfig: context.forConfig });
    if (cure === undefined) view.write(context.stderr, accountNote(review, built));
    view.write(context.stderr, await leftBehindNote({ configFile: file, migration, built }));
    view.write(context.stderr, await lostStateNote({ migration, built, signal: context.signal }));
    if (review.summary.verdict === 'clean') view.write(context.stderr, context.forConfig(hostsNote));
    const subjects = { configuration, stack, plan: digest, state: placeOfState(state) };
    await writeReceipt(workspace.planFile, receiptOf(review, { reviewedAt: context.now(), subjects }));
    return review;
  } finally {
    view.finish();
  }
}

/** Who changed the source or the pull alone gets a plan without a word of it. */
const hostsNote =
  'what the hosts have of the source, the pull and themselves is no part of a plan: npx sluice provision --check says what differs\n';

function receiptOf(
  { summary, findings }: Review,
  { reviewedAt, subjects }: { readonly reviewedAt: Date; readonly subjects: Subjects },
): Receipt {
  const rules = (allowed: boolean) => [
    ...new Set(findings.filter((f) => f.severity === 'blocked' && f.allowed === allowed).map((f) => f.rule)),
  ];
  return {
    version: 1,
    reviewedAt: reviewedAt.toISOString(),
    verdict: summary.verdict,
    blocked: rules(false),
    allowed: rules(true),
    subjects,
  };
}

async function reviewForeign(
  context: CliContext,
  { allow }: Options,
  { from, prices }: { readonly from: string; readonly prices: Prices },
): Promise<Review> {
  const { readForeignPlan } = await import('../plan-review/foreign-plan');
  const { reviewPlan } = await import('../plan-review/review');
  const settings = { allow, prices, forConfig: context.forConfig };
  return reviewPlan(await readForeignPlan(context, from), { ...settings, source: from === '-' ? 'stdin' : from });
}

async function readPrices(context: CliContext, file: string | undefined): Promise<Prices> {
  const { defaultPrices, overridePrices } = await import('../plan-review/prices');
  if (file === undefined) return defaultPrices();
  try {
    return overridePrices(JSON.parse(await readFile(resolve(context.cwd, file), 'utf8')), file);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError(`cannot read the prices in ${file}: ${messageOf(cause)}`, {
      code: 'PRICES_INVALID',
      kind: 'config',
      // Of a file that cannot be read the command line knows the fix.
      ...(cause instanceof SyntaxError
        ? { hint: 'write it as JSON: { "date": "2026-11-01", "source": "...", "publicIpv4PerHour": 0.005 }' }
        : {}),
      cause,
    });
  }
}

async function print(context: CliContext, { format, from, config }: Options, review: Review): Promise<void> {
  const { renderReview } = await import('../render/plan-review');
  const { usesColor } = await import('../render/color');
  const artifact = from === undefined || from === '-' ? config : from;
  context.stdout.write(renderReview(review, format, { color: usesColor(context, context.stdout), artifact }));
}

function exitCodeOf({ summary }: Review): number {
  return { clean: exitCodes.ok, changes: exitCodes.changesPending, blocked: exitCodes.blocked }[summary.verdict];
}
