/** `sluice apply`: applies the plan that was reviewed, that very file, and nothing that moved since. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { messageOf, SluiceError } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { defaultConfigFile, loadConfig } from '../load-config';
import type { Receipt } from '../plan-review/receipt';
import type { Terraform } from '../plan-review/terraform';

/** Of `destroy` too. */
export const jsonHelp = "print what Terraform does as JSON, one object a line: Terraform's machine-readable UI";

interface Options {
  readonly config: string;
  readonly output: string;
  readonly plan?: string;
  readonly json?: true;
}

export function registerApply(program: Command, context: CliContext): void {
  const command = program
    .command('apply')
    .description('Apply the plan that `sluice plan` reviewed; refused where it was blocked or something moved since.')
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('-o, --output <folder>', 'where the stack was synthesized', 'cdktf.out')
    .option('--plan <file>', 'the plan, where `sluice plan --out` wrote it elsewhere')
    .option('--json', jsonHelp)
    .action((options: Options) => apply(context, options));
  endHelp(command, {
    exitCodes: {
      0: 'applied',
      1: 'Terraform failed',
      5: 'refused: no reviewed plan, a blocked one, something moved since, or a state that is not saved',
    },
  });
}

async function apply(context: CliContext, options: Options): Promise<void> {
  const { migration, file } = await loadConfig(context, options.config);
  const { applyPlan, currentSubjects, openWorkspace, withPlanHeld } = await import('../plan-review/workspace');
  const { discardPlan, movedSince, readReceipt } = await import('../plan-review/receipt');
  const { watchTerraform } = await import('../render/terraform');
  const { name } = migration;
  const stackFolder = join(options.output, 'stacks', name);
  const workspace = openWorkspace(context, { configFile: file, name, stackFolder, planFile: options.plan });
  const receipt = await readReceipt(workspace.planFile);
  if (receipt === undefined) throw refused(`no reviewed plan at ${relative(context.cwd, workspace.planFile)}`);
  await assertNotBlocked(receipt);
  if (!existsSync(workspace.stackFile)) throw refused(`the synthesized stack is gone from ${stackFolder}`);
  await withPlanHeld(workspace, async (held) => {
    const moved = movedSince(receipt.subjects, await currentSubjects(held));
    if (moved.length > 0) throw refused(`since the review of ${receipt.reviewedAt} ${moved.join(', and ')}`);
    const view = watchTerraform(context, { phases: ['apply'], json: options.json === true });
    try {
      await applyPlan(held, view);
    } finally {
      view.finish();
    }
  });
  await discardPlan(workspace.planFile);
  if (options.json !== true) await tellOutputs(context, workspace.terraform);
}

/** What is applied is applied: outputs that cannot be read are no failure of it. */
async function tellOutputs(context: CliContext, terraform: Terraform): Promise<void> {
  const { parseOutputs } = await import('../../stacks/outputs');
  const { renderOutputs } = await import('../render/outputs');
  try {
    const printed = await terraform.capture(['output', '-json', '-no-color']);
    context.stdout.write(renderOutputs(parseOutputs(JSON.parse(printed)), context.forConfig('npx sluice provision')));
  } catch (error) {
    context.stderr.write(`applied, but the outputs cannot be read: ${messageOf(error)}\n`);
  }
}

async function assertNotBlocked({ verdict, blocked }: Receipt): Promise<void> {
  if (verdict !== 'blocked') return;
  const { neverAllowed } = await import('../plan-review/review');
  throw new SluiceError(`the reviewed plan is blocked by ${blocked.join(', ')}`, {
    code: 'PLAN_BLOCKED',
    kind: 'blocked',
    hint: blocked.includes(neverAllowed)
      ? 'mend what Terraform says, then npx sluice plan'
      : 'npx sluice plan shows why; where it is meant, plan again with --allow and the name of the rule',
  });
}

function refused(message: string): SluiceError {
  return new SluiceError(message, { code: 'PLAN_REFUSED', kind: 'blocked', hint: 'npx sluice plan' });
}
