/** Step 5: the two trees compared byte for byte by code that shares nothing with the engine. */
import { formatBytes, formatCount } from '../../../provision/core/units';
import { compareTrees } from '../compare-trees';
import type { Stage } from '../stage';

/** Longer lists of differences are cut. */
const shownDifferences = 20;

/** Whether the tree that landed is the vendor's. */
export async function compareWithSource(stage: Stage): Promise<boolean> {
  const { vendor, landing } = stage.workspace;
  const { files, sizeBytes, differences } = await compareTrees(vendor, landing);
  stage.title('5 proof', 'both trees read from disk and compared: names, types, sizes, modes, times, SHA-256');
  stage.print(
    `${formatCount(files)} files, ${formatBytes(sizeBytes)}: ${formatCount(differences.length)} differences\n`,
  );
  for (const difference of differences.slice(0, shownDifferences)) stage.print(`  ${difference}\n`);
  return differences.length === 0;
}
