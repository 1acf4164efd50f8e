/** A run on a host, watched to its end: for people as one view, for machines as events and the report. */
import { SluiceError } from '../../provision/core/errors';
import { exitCodeOf, type PullReport } from '../../provision/pull/record/report';
import { ec2Layout } from '../../provision/roles/layout';
import type { CliContext } from '../context';
import type { OneHost } from '../provision/on-host';
import { usesColor } from '../render/color';
import { endText, pullSummary, renderPull } from '../render/pull';
import { type FollowOptions, followRun, lookAtRun, type RunPosition, readReport } from './follow-run';
import { goesOn, lookAtService } from './pull-service';

export interface WatchOptions {
  /** The newest run before the one to watch; undefined: the newest one is watched, from its end on. */
  readonly after: { readonly position: RunPosition | undefined } | undefined;
  readonly json: boolean;
}

/** Sets the exit code: the run's own. */
export async function watchRun(context: CliContext, host: OneHost, { after, json }: WatchOptions): Promise<void> {
  const print = (value: unknown) => void context.stdout.write(`${JSON.stringify(value)}\n`);
  const renderer = renderPull(context.stderr, { color: usesColor(context, context.stderr) });
  const options: Omit<FollowOptions, 'after' | 'newRun'> = {
    stateDirectory: ec2Layout.stateDirectory,
    reporter: json ? print : renderer.report,
    signal: context.signal,
    isRunning: async (connection) => goesOn(await lookAtService(connection)),
    reconnect: host.reconnect,
    onWait: renderer.note,
  };
  const following =
    after === undefined
      ? followNewest(host, options)
      : followRun(host.connection, { ...options, after: after.position, newRun: 'all' });
  const report = await following.finally(renderer.finish);
  if (json) print({ type: 'report', report });
  else {
    context.stdout.write(pullSummary(report));
    context.stderr.write(endText(report));
  }
  context.setExitCode(exitCodeOf(report));
}

/** While a service starts, the newest run is still the one before, and over; while it ends, its own is. */
async function followNewest(
  { connection }: OneHost,
  options: Omit<FollowOptions, 'after' | 'newRun'>,
): Promise<PullReport> {
  const { stateDirectory } = options;
  const newest = await lookAtRun(connection, { stateDirectory, newRun: 'end' });
  if (newest?.isOver !== true) return followRun(connection, { ...options, after: undefined, newRun: 'end' });
  try {
    return await followRun(connection, { ...options, after: newest.position, newRun: 'all' });
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'AGENT_ENDED')
      return readReport(connection, stateDirectory, newest.position.run);
    throw error;
  }
}
