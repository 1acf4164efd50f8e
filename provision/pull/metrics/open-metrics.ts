/**
 * The textfile, as the OpenMetrics 1.0 text format and node_exporter's textfile collector both read it: gauges only, since every number is
 * of the newest run and begins anew with the next.
 */
import type { ExecutionState } from '../record/events';
import type { RunState } from './run-state';

const states: readonly ExecutionState[] = [
  'QUEUED',
  'LAUNCHING',
  'PREPARING',
  'TRANSFERRING',
  'VERIFYING',
  'CANCELLING',
  'SUCCESS',
  'ERROR',
];

interface Gauge {
  readonly name: string;
  readonly unit?: 'seconds' | 'bytes';
  readonly help: string;
  readonly value: (run: RunState, lastSuccess: number) => number;
}

/** Every metric, for the file and for the guide (docs/operations.md is tested against it). */
export const gauges: readonly Gauge[] = [
  {
    name: 'sluice_pull_start_time_seconds',
    unit: 'seconds',
    help: 'Start of the newest run, seconds since 1970.',
    value: ({ startedAt }) => startedAt,
  },
  {
    name: 'sluice_pull_end_time_seconds',
    unit: 'seconds',
    help: 'End of the newest run, seconds since 1970; 0 while it runs.',
    value: ({ endedAt }) => endedAt ?? 0,
  },
  {
    name: 'sluice_pull_last_success_time_seconds',
    unit: 'seconds',
    help: 'End of the newest run that ended in SUCCESS, seconds since 1970; 0 where there was none.',
    value: (_run, lastSuccess) => lastSuccess,
  },
  {
    name: 'sluice_pull_listed_files',
    help: 'Files seen at the source so far.',
    value: ({ progress }) => progress?.listedFiles ?? 0,
  },
  {
    name: 'sluice_pull_listed_bytes',
    unit: 'bytes',
    help: 'Bytes of these files.',
    value: ({ progress }) => progress?.listedBytes ?? 0,
  },
  {
    name: 'sluice_pull_done_files',
    help: 'Files that want no more work: transferred now, or there already.',
    value: ({ progress }) => progress?.doneFiles ?? 0,
  },
  {
    name: 'sluice_pull_transferred_files',
    help: 'Files transferred by this run.',
    value: ({ progress }) => progress?.transferredFiles ?? 0,
  },
  {
    name: 'sluice_pull_received_bytes',
    unit: 'bytes',
    help: 'Bytes received by this run, of files under way too.',
    value: ({ progress }) => progress?.receivedBytes ?? 0,
  },
  {
    name: 'sluice_pull_failed_files',
    help: 'Entries that failed.',
    value: ({ progress }) => progress?.failed ?? 0,
  },
  {
    name: 'sluice_pull_retries',
    help: 'Transfers that were begun again: the connection was lost, the file changed, or it did not verify.',
    value: ({ progress }) => progress?.retries ?? 0,
  },
  {
    name: 'sluice_pull_connections',
    help: 'SSH connections to the source that are open.',
    value: ({ connections }) => connections,
  },
];

/** @param lastSuccess Seconds since 1970 of the run before this one that ended well; 0 where there was none. */
export function openMetrics(run: RunState, migration: string, lastSuccess: number): string {
  const labels = `migration="${escaped(migration)}"`;
  const newestSuccess = run.state === 'SUCCESS' ? (run.endedAt ?? lastSuccess) : lastSuccess;
  const text = gauges.map(({ name, unit, help, value }) => {
    const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`;
    return `# TYPE ${name} gauge\n${unitLine}# HELP ${name} ${help}\n${name}{${labels}} ${value(run, newestSuccess)}\n`;
  });
  const stateLines = states.map(
    (state) => `sluice_pull_state{${labels},state="${state}"} ${state === run.state ? 1 : 0}\n`,
  );
  const state = `# TYPE sluice_pull_state gauge\n# HELP sluice_pull_state ${stateHelp}\n${stateLines.join('')}`;
  return `${text.join('')}${state}# EOF\n`;
}

export const stateHelp = '1 for the state that the newest run is in, 0 for the others.';

/** What `openMetrics` wrote of the last success, from the file that an earlier run left. */
export function lastSuccessIn(text: string): number {
  return Number(/^sluice_pull_last_success_time_seconds\{[^}]*\} (\S+)$/m.exec(text)?.[1] ?? 0);
}

function escaped(label: string): string {
  return label.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
