/** A program of its own, for its memory to be measured: compares so many planted files, and prints what came of it as JSON. */
import { compareSides } from '../../scripts/export-proof/compare-sides';
import { Tally } from '../../scripts/export-proof/tally';
import { keyPrefix, plantedSides } from './planted-sides';

async function main(files: number, times: number): Promise<void> {
  const { sides, expected, pending } = plantedSides(files, times);
  const tally = new Tally();
  const found: string[] = [];
  for await (const judged of compareSides(sides, { keyPrefix, asksEveryObject: false, hasStates: true })) {
    tally.add(judged);
    for (const { findings } of judged) for (const { kind, path } of findings) found.push(`${kind} ${path}`);
  }
  found.sort();
  const maxRssMiB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ totals: tally.totals(), found, expected, pending, maxRssMiB }));
}

void main(Number(process.argv[2]), Number(process.argv[3]));
