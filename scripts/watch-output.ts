/** What becomes of a command whose output nobody can take. */
import { exitCodes, messageOf } from '../provision/core/errors';

/**
 * A closed pipe (`sluice ... | head`) ends the output, not the run. What stdout loses in another way, on a full disk for one, is told, and
 * is a failure at the end: half a plan or half a proof in a file would be taken for the whole.
 */
export function watchOutput(process: NodeJS.Process): void {
  process.stderr.on('error', () => {});
  let isLost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isLost) return;
    isLost = true;
    process.stderr.write(
      `error: the output cannot be written: ${messageOf(error)}\n  fix: free space where stdout goes, or send it elsewhere, and run it again\n`,
    );
    process.on('exit', () => {
      process.exitCode = exitCodes.failed;
    });
  });
}
