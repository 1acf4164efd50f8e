/** npm only warns of an older Node.js, and most of the commands then end with a function that it does not have. */
import { exitCodes } from '../provision/core/errors';

/** As in package.json, under `engines`. */
export const oldestNode = 20;

/** Where this Node.js is older: says so, and ends the program. */
export function requireNode({ versions, stderr, exit }: Pick<NodeJS.Process, 'versions' | 'stderr' | 'exit'>): void {
  if (Number.parseInt(versions.node, 10) >= oldestNode) return;
  stderr.write(`error: this is Node.js ${versions.node}, and sluice needs ${oldestNode} or a newer one
  fix: install Node.js ${oldestNode}, or put the folder of the one that you have first in PATH
`);
  exit(exitCodes.config);
}
