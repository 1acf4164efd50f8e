/** The pull's service on a host, over a connection: looked at, started, stopped. */
import type { Connection, ExecResult } from '../../provision/connection/connection';
import { wholeAnswer } from '../../provision/connection/connection-lost';
import { SluiceError } from '../../provision/core/errors';
import { type Command, sh } from '../../provision/core/sh';
import { type PullServiceState, type PullUnits, pullService } from '../../provision/facts/pull-service';
import { unfinishedMark } from '../../provision/pull/supervision';
import { ec2Layout } from '../../provision/roles/layout';
import { pullTimerName, resumeUnitName } from '../../provision/roles/pull-triggers';
import { pullUnitName } from '../../provision/roles/pull-unit';
import { succeeded } from './succeeded';

const units: PullUnits = {
  service: pullUnitName,
  resume: resumeUnitName,
  timer: pullTimerName,
  unfinishedMark: unfinishedMark(ec2Layout.stateDirectory),
};
const fact = pullService(units);

/** One round trip. Rejects as Connection.exec does, and as lost where the host ended the look on its way down. */
export async function lookAtService(host: Connection): Promise<PullServiceState> {
  return fact.parse(await wholeAnswer(host, fact.probe));
}

/** Whether systemd has the run under way, or will go on with it by itself soon. */
export function goesOn({ state }: PullServiceState): boolean {
  return state === 'running' || state === 'waiting' || state === 'resuming';
}

/** Starts a run, unless one runs. An operator's start counts as the first try. */
export async function startService(host: Connection): Promise<'started' | 'already running'> {
  const { stdout } = await checked(
    host,
    sh`if [ "$(systemctl show -p SubState ${units.service})" = SubState=running ]; then echo running; exit; fi
systemctl reset-failed ${units.service} 2>/dev/null
rm -f ${units.unfinishedMark}
systemctl start ${units.service}`,
  );
  return stdout.toString().startsWith('running') ? 'already running' : 'started';
}

/** Stops the run, and what would go on with it. Resolves with false where there was nothing to stop. */
export async function stopService(host: Connection): Promise<boolean> {
  const service = await lookAtService(host);
  if (service.state === 'absent') throw notProvisioned(host);
  await checked(host, sh`systemctl stop ${units.resume} ${units.service} && rm -f ${units.unfinishedMark}`);
  return service.isUnfinished || goesOn(service);
}

export interface NewLog {
  readonly text: string;
  /** Where the next look goes on; undefined while the journal has no line of the service. */
  readonly cursor: string | undefined;
}

/** The journal's lines after a cursor, or the last ones. One round trip, and nothing is kept open. */
export async function newServiceLog(host: Connection, from: { lines: number } | { cursor: string }): Promise<NewLog> {
  const range = 'cursor' in from ? `--after-cursor=${from.cursor}` : `--lines=${from.lines}`;
  const result = await host.exec(sh`journalctl --no-pager -q -o short-iso --show-cursor -u ${units.service} ${range}`, {
    repeatable: true,
  });
  // journalctl says with 1, and without a word, that nothing came after the cursor.
  const hasNothing = result.exitCode === 1 && result.stdout.length === 0 && result.stderr === '';
  const { stdout } = hasNothing ? result : succeeded(host, result);
  const printed = stdout.toString('utf8');
  const cursor = /^-- cursor: (.+)\n$/m.exec(printed);
  if (cursor === null) return { text: '', cursor: 'cursor' in from ? from.cursor : undefined };
  return { text: printed.slice(0, cursor.index), cursor: cursor[1] };
}

/** The last lines. Rejects where there are none and never will be, the host having no such service. */
export async function lastServiceLog(host: Connection, lines: number): Promise<NewLog> {
  const log = await newServiceLog(host, { lines });
  if (log.text === '' && (await lookAtService(host)).state === 'absent') throw notProvisioned(host);
  return log;
}

export function notProvisioned({ host }: Connection): SluiceError {
  return new SluiceError(`${host}: there is no ${units.service}`, {
    code: 'NOT_PROVISIONED',
    hint: 'sluice provision brings it; sluice provision --check tells what is missing',
  });
}

async function checked(host: Connection, command: Command): Promise<ExecResult> {
  return succeeded(host, await host.exec(command));
}
