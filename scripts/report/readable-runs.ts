/** Several runs, of which one that cannot be read does not hide the others. */
import { exitCodes, SluiceError } from '../../provision/core/errors';
import { visibleLines } from '../../provision/core/visible';
import type { CliContext } from '../context';

/**
 * What `read` makes of each, without those that reject with REPORT_UNREADABLE: `onUnreadable` is told of them.
 * @throws SluiceError REPORT_UNREADABLE where no run can be read.
 */
export async function readableRuns<Run, Read>(
  runs: Iterable<Run> | AsyncIterable<Run>,
  read: (run: Run) => Read | Promise<Read>,
  onUnreadable: (error: SluiceError) => void = () => undefined,
): Promise<Read[]> {
  const results: Read[] = [];
  const unreadable: SluiceError[] = [];
  for await (const run of runs) {
    try {
      results.push(await read(run));
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'REPORT_UNREADABLE') throw error;
      unreadable.push(error);
    }
  }
  const [first] = unreadable;
  if (results.length === 0 && first !== undefined) throw first;
  for (const error of unreadable) onUnreadable(error);
  return results;
}

/** Tells of a run that is left out, and has the command fail in the end. */
export function tellLeftOut(
  { stderr, setExitCode }: Pick<CliContext, 'stderr' | 'setExitCode'>,
  note: (text: string) => void = (text) => void stderr.write(`${text}\n`),
): (error: SluiceError) => void {
  return ({ message, hint }) => {
    note(visibleLines(`warning: ${message}: that run is left out\n  fix: ${hint}`));
    setExitCode(exitCodes.failed);
  };
}
