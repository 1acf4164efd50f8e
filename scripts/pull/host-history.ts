/**
 * A host's runs in a few lines each, in one round trip and without their files: of a report its head, of a run that left none the first
 * event and the newest counts.
 */
import type { Connection } from '../../provision/connection/connection';
import type { SluiceError } from '../../provision/core/errors';
import { sh } from '../../provision/core/sh';
import type { ListedRun } from '../render/run-table';
import { parseEvent } from '../report/read-events';
import { parseReportHead } from '../report/read-report';
import { readableRuns } from '../report/readable-runs';
import { startOf, summaryOfReport } from '../report/reported-run';
import { newestFirst } from '../report/run-folders';
import { agentLines } from './agent-on-host';
import { isRunId, runsFolder } from './host-runs';
import { succeeded } from './succeeded';

export interface HistoryOptions {
  readonly stateDirectory: string;
  readonly signal: AbortSignal;
  /** Told of a run that is left out. */
  readonly onUnreadable: (error: SluiceError) => void;
}

/** Counts are told once a second: among so many bytes of entries there are some. A line without its end is half written. */
const endBytes = 8 * 1024 * 1024;

/** A report's lists of failed and skipped entries, as the agent writes them, are left on the host; `readReport` leaves them out too. */
const withoutLists = `FNR == 1 { print "report " FILENAME; inList = 0 }
/^  "(failed|skipped)": \\[$/ { inList = 1 }
!inList { print }
/^  \\],?$/ { inList = 0 }`;

/**
 * Newest first; none where there is no state directory yet. Of a run without report, `counts` has what its progress told: bytes are those
 * received, of files under way too.
 * @throws SluiceError as Connection.exec does, COMMAND_FAILED, REPORT_UNREADABLE where no run can be read.
 */
export async function hostHistory(connection: Connection, options: HistoryOptions): Promise<readonly ListedRun[]> {
  // Runs without a report first: one that ends meanwhile is told twice, not left out.
  const script = sh`cd ${runsFolder(options.stateDirectory)} 2>/dev/null || exit 0
for events in */events.ndjson; do
  run=\${events%/*}
  [ -e "$events" ] && [ ! -e "$run/report.json" ] || continue
  echo "events $run"
  head -n 1 "$events"
  tail -c ${endBytes} "$events" | grep -a '^{"time":"[^"]*","type":"progress".*}$' | tail -n 1
done
find . -mindepth 2 -maxdepth 2 -type f -name report.json -exec awk ${withoutLists} {} +`;
  const lines = agentLines(connection, script, {
    signal: options.signal,
    check: (result) => void succeeded(connection, result),
  });
  const listed = await readableRuns(runsTold(lines), (told) => listedRun(connection.host, told), options.onUnreadable);
  const runs = new Map(listed.map((run) => [run.id, run]));
  return newestFirst([...runs.keys()]).flatMap((id) => runs.get(id) ?? []);
}

interface Told {
  readonly id: string;
  /** The lines are its report's; else they are events. */
  readonly isOver: boolean;
  readonly lines: string[];
}

async function* runsTold(batches: AsyncIterable<readonly string[]>): AsyncGenerator<Told> {
  let told: Told | undefined;
  for await (const batch of batches) {
    for (const line of batch) {
      // Neither a report nor an event has such a line.
      const [, what, id = ''] = /^(events|report) (?:\.\/)?([^/]*)/.exec(line) ?? [];
      if (what === undefined) {
        told?.lines.push(line);
        continue;
      }
      if (told !== undefined && isRunId(told.id)) yield told;
      told = { id, isOver: what === 'report', lines: [] };
    }
  }
  if (told !== undefined && isRunId(told.id)) yield told;
}

function listedRun(host: string, { id, isOver, lines }: Told): ListedRun {
  if (isOver) return summaryOfReport(id, parseReportHead(lines.join('\n'), `${host}: report.json of the run ${id}`));
  const events = lines.flatMap((line) => parseEvent(line) ?? []);
  const progress = events.findLast((event) => event.type === 'progress');
  return {
    id,
    state: 'UNFINISHED',
    startedAt: events[0]?.time ?? startOf(id),
    durationMs: progress?.elapsedMs ?? 0,
    counts: {
      filesTransferred: progress?.transferredFiles ?? 0,
      bytesTransferred: progress?.receivedBytes ?? 0,
      bytesResumed: 0,
      filesUnchanged: progress === undefined ? 0 : progress.doneFiles - progress.transferredFiles,
      failed: progress?.failed ?? 0,
    },
  };
}
