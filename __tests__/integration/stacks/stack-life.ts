/** The life of one stack, from init to destroy, and what is tried in between. */

import { type Outputs, parseOutputs } from '../../../stacks/outputs';
import { host, type Sections } from '../../helpers/config-text';
import type { Terraform } from '../../helpers/terraform';
import { type Actions, forget, Stack } from './driven-stack';
import { fileSystemOf } from './reviewed-changes';

export interface Life {
  readonly outputs: Outputs;
  /** Exit code of `plan -detailed-exitcode` right after the apply: 0 for no changes. */
  readonly secondPlan: number;
  /** What is left in the state after `destroy`. */
  readonly left: string;
}

/** What is tried on a stack between its apply and its destroy. */
export interface Changes {
  /** Exit code of a plan after the output folder was deleted and synthesized anew. */
  readonly planFromScratch: number;
  /** The same after settings that only the provisioner reads have changed. */
  readonly planWithHostSettings: number;
  /** What another OS for the host changes: actions by address, without those that change nothing. */
  readonly otherOs: Actions;
  /** What `plan -destroy` says of a stack that is protected. */
  readonly protectedDestroy: string;
}

interface LifeOptions<Tried> {
  /** With which it is applied. */
  readonly sections: Sections;
  readonly using: Terraform;
  /** Runs between apply and destroy. */
  readonly meanwhile: (stack: Stack) => Promise<Tried>;
  /** Default: Terraform's own. */
  readonly destroy?: (stack: Stack, outputs: Outputs) => Promise<unknown>;
}

export async function live<Tried>(
  folder: string,
  name: string,
  { sections, using, meanwhile, destroy = (stack) => stack.run(['destroy', '-auto-approve']) }: LifeOptions<Tried>,
): Promise<Life & Tried> {
  const stack = new Stack(folder, name, using);
  stack.synth(sections);
  await stack.run(['init']);
  await stack.run(['plan', '-out=tfplan']);
  await stack.run(['apply', 'tfplan']);
  const secondPlan = await stack.plan();
  const outputs = parseOutputs(JSON.parse((await stack.run(['output', '-json'])).stdout));
  const tried = await meanwhile(stack);
  stack.synth(sections);
  await destroy(stack, outputs);
  const left = (await stack.run(['state', 'list'])).stdout;
  return { outputs, secondPlan, left, ...tried };
}

export async function tryChanges(folder: string, name: string, stack: Stack, sections: Sections): Promise<Changes> {
  forget(folder);
  stack.synth(sections);
  await stack.run(['init']);
  const planFromScratch = await stack.plan();
  stack.synth({ ...sections, ...host('mountPoint: /data', 'mountOptions: [noatime, flock, user_xattr]') });
  const planWithHostSettings = await stack.plan('-refresh=false');
  stack.synth({ ...sections, ...host('os: amazon-linux-2', 'lustreClient: lustre') });
  const otherOs = await stack.plannedActions();
  stack.synth({ ...sections, ...fileSystemOf(name) });
  const protectedDestroy = (await stack.run(['plan', '-destroy', '-refresh=false', '-no-color'], [1])).stderr;
  return { planFromScratch, planWithHostSettings, otherOs, protectedDestroy };
}
