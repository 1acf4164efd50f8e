/** One line of CloudWatch's embedded metric format (CloudWatch user guide, "Specification: Embedded metric format"). */
import { isEnd, type RunState } from './run-state';

/** Namespace of everything that sluice puts into CloudWatch. */
export const metricNamespace = 'sluice';

/** Put by `tell-failure`, with the dimension Migration; the stack's alarm watches it (stacks/alarms.ts has the same names). */
export const failureMetric = 'PullFailed';

const definitions = [
  ['ReceivedBytes', 'Bytes', ({ progress }: RunState) => progress?.receivedBytes ?? 0],
  ['TransferredFiles', 'Count', ({ progress }: RunState) => progress?.transferredFiles ?? 0],
  ['DoneFiles', 'Count', ({ progress }: RunState) => progress?.doneFiles ?? 0],
  ['FailedFiles', 'Count', ({ progress }: RunState) => progress?.failed ?? 0],
  ['Retries', 'Count', ({ progress }: RunState) => progress?.retries ?? 0],
  ['Connections', 'Count', ({ connections }: RunState) => connections],
  ['DurationSeconds', 'Seconds', ({ progress }: RunState) => Math.round((progress?.elapsedMs ?? 0) / 1000)],
] as const;

/** Totals of the run so far; the last line of a run says `Succeeded` too, 1 or 0. No newline. */
export function emfLine(run: RunState, migration: string, nowMs: number): string {
  const metrics: (readonly [name: string, unit: string, value: number])[] = definitions.map(([name, unit, value]) => [
    name,
    unit,
    value(run),
  ]);
  if (isEnd(run.state)) metrics.push(['Succeeded', 'Count', run.state === 'SUCCESS' ? 1 : 0]);
  return JSON.stringify({
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [['Migration']],
          Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
    Migration: migration,
    State: run.state,
    ...Object.fromEntries(metrics.map(([name, , value]) => [name, value])),
  });
}
