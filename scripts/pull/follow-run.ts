/**
 * Follows a run on a host by reading the end of its events file: one round trip a look, whatever the size of the file, and
 * nothing kept open, so that losing the operator's connection costs the run nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../provision/connection/connection';
import { wholeAnswer } from '../../provision/connection/connection-lost';
import { SluiceError } from '../../provision/core/errors';
import type { Reporter } from '../../provision/core/reporter';
import { sh } from '../../provision/core/sh';
import type { PullEvent } from '../../provision/pull/record/events';
import type { PullReport } from '../../provision/pull/record/report';

/** How far a run's events were read. */
export interface RunPosition {
  /** The run's folder, relative to the state directory. */
  readonly run: string;
  readonly offsetBytes: number;
}

export interface RunLook {
  readonly position: RunPosition;
  readonly events: readonly PullEvent[];
  /** The run is over: its report is written. */
  readonly isOver: boolean;
}

/** Read of a run that began before anybody looked: progress events carry totals, so its end tells enough. */
const endBytes = 64 * 1024;

export interface LookOptions {
  readonly stateDirectory: string;
  /** Where the last look ended; a run other than this one is new. */
  readonly last?: RunPosition | undefined;
  /** What to read of a run that is new: all its events, or those at its end. */
  readonly newRun: 'all' | 'end';
}

/** The newest run's new events; undefined where no run has begun yet. Rejects as Connection.exec does, and as lost where a signal ended the look. */
export async function lookAtRun(
  connection: Connection,
  { stateDirectory, last, newRun }: LookOptions,
): Promise<RunLook | undefined> {
  const script = sh`
cd ${stateDirectory} 2>/dev/null && run=$(readlink latest) || exit 0
over=no; [ -e "$run/report.json" ] && over=yes
size=$(wc -c <"$run/events.ndjson") || exit 0
from=$((size - ${newRun === 'all' ? Number.MAX_SAFE_INTEGER : endBytes})); [ "$from" -gt 0 ] || from=0
[ "$run" != ${last?.run ?? ''} ] || from=${last?.offsetBytes ?? 0}
printf '%s %s %s\\n' "$run" "$over" "$from"
tail -c +$((from + 1)) "$run/events.ndjson"`;
  const { stdout } = await wholeAnswer(connection, script);
  const headerEnd = stdout.indexOf('\n');
  if (headerEnd === -1) return undefined;
  const [run = '', over, from] = stdout.toString('utf8', 0, headerEnd).split(' ');
  const begin = headerEnd + 1;
  const end = Math.max(stdout.lastIndexOf('\n') + 1, begin);
  const text = stdout.toString('utf8', begin, end);
  const startsMidLine = run !== last?.run && Number(from) > 0;
  const lines = text.split('\n').slice(startsMidLine ? 1 : 0, -1);
  return {
    // By the bytes read: cut in the middle of a character, the text has more.
    position: { run, offsetBytes: Number(from) + end - begin },
    events: lines.map((line) => JSON.parse(line) as PullEvent),
    isOver: over === 'yes',
  };
}

/**
 * Of the run looked at, while the next one may have begun; of the newest one where none is named.
 *
 * @throws SluiceError REPORT_MISSING where the run left none.
 */
export async function readReport(
  connection: Connection,
  stateDirectory: string,
  run: string = 'latest',
): Promise<PullReport> {
  const command = sh`cat ${`${stateDirectory}/${run}/report.json`}`;
  const { exitCode, stdout } = await wholeAnswer(connection, command);
  if (exitCode === 0) return JSON.parse(stdout.toString('utf8')) as PullReport;
  throw new SluiceError(`${connection.host}: the newest run left no report in ${stateDirectory}`, {
    code: 'REPORT_MISSING',
    hint: 'it was killed, or it never began: see `sluice pull logs`; start it again and it goes on where it stopped',
  });
}

export interface FollowOptions {
  readonly stateDirectory: string;
  /** The newest run before this one began; its events are not shown. */
  readonly after: RunPosition | undefined;
  /** A run that was there before is followed from its end on. */
  readonly newRun: 'all' | 'end';
  readonly reporter: Reporter<PullEvent>;
  readonly signal: AbortSignal;
  /** False once nothing runs it any more, nor will go on with it by itself. */
  readonly isRunning: (connection: Connection) => Promise<boolean>;
  /** A new connection in place of one that was lost. Without it, the loss is the end of following. */
  readonly reconnect?: () => Promise<Connection>;
  /** Told in words what interrupts the run and is mended by itself. */
  readonly onWait?: (reason: string) => void;
}

const pollMs = 500;

/**
 * Reports a run's events until it is over, or nothing runs it any more. Resolves with its report. A run that could not reach its source,
 * was killed or met a reboot, and that systemd goes on with, is followed into the next one.
 */
export async function followRun(first: Connection, options: FollowOptions): Promise<PullReport> {
  const follower = new RunFollower(options);
  let connection = first;
  for (;;) {
    try {
      const report = await follower.look(connection);
      if (report !== undefined) return report;
    } catch (error) {
      const isLost = error instanceof SluiceError && error.kind === 'unreachable';
      if (!isLost || options.reconnect === undefined || options.signal.aborted) throw error;
      options.onWait?.(`${error.message}: connecting again; the run goes on`);
      await connection.close();
      connection = await options.reconnect();
    }
    await sleep(pollMs, undefined, { signal: options.signal });
  }
}

class RunFollower {
  #position: RunPosition | undefined;
  /** Runs up to this one are over, or were there before. */
  #after: string | undefined;

  constructor(private readonly options: FollowOptions) {
    this.#position = options.after;
    this.#after = options.after?.run;
  }

  /** What is new is reported. Resolves with the report where it is the last one. */
  async look(connection: Connection): Promise<PullReport | undefined> {
    const { isRunning, reporter, stateDirectory, onWait } = this.options;
    // Asked before the look: what it wrote last is then seen by the look.
    const running = await isRunning(connection);
    const look = await lookAtRun(connection, { ...this.options, last: this.#position });
    const isNew = look !== undefined && look.position.run !== this.#after;
    if (isNew) {
      look.events.forEach(reporter);
      this.#position = look.position;
    }
    if (isNew && look.isOver) {
      const report = await readReport(connection, stateDirectory, look.position.run);
      const willGoOn = report.error !== undefined && (await isRunning(connection));
      if (!willGoOn) return report;
      this.#after = look.position.run;
      onWait?.(`${report.error?.message}: systemd tries again`);
      return undefined;
    }
    if (running) return undefined;
    if (isNew) return readReport(connection, stateDirectory, look.position.run);
    throw new SluiceError(`${connection.host}: the agent ended before its run began`, {
      code: 'AGENT_ENDED',
      hint: 'see `sluice pull logs`',
    });
  }
}
