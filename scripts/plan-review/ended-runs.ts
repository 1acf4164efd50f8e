/** What a run that was killed leaves behind: its plan, or a copy of one, which hold every value of the state, and the log of its Terraform. */
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where `destroy` plans. */
export const destroyPlanName = 'destroy.tfplan';
/** Names of one run alone end so (`withPlanHeld`, `follow`). */
const ofOneRun = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.log)?$/;
/** No run is at work for so long. */
const longestRunMs = 24 * 3_600_000;

/** Removes it from beside a plan that was just made, by whose time it is told how old something is. */
export async function removeLeftOfEndedRuns(planFile: string): Promise<void> {
  const folder = dirname(planFile);
  const plans = [basename(planFile), destroyPlanName, 'terraform-'];
  const isLeft = (name: string) =>
    name === destroyPlanName || (ofOneRun.test(name) && plans.some((plan) => name.startsWith(plan)));
  const { mtimeMs: nowMs } = await stat(planFile);
  for (const name of (await readdir(folder)).filter(isLeft)) {
    const file = join(folder, name);
    const changedMs = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => nowMs,
    );
    if (nowMs - changedMs > longestRunMs) await rm(file, { force: true });
  }
}
