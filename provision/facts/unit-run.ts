/** How a systemd service runs, or ended when it last ran (systemctl(1), `show`; systemd.service(5), Result=). */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface UnitRun {
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`. */
  readonly activeState: string;
  /** It ended, and systemd starts it again in a while (`auto-restart`); `activeState` is `activating` then. */
  readonly waitsForNextTry: boolean;
  /** `success`, `exit-code`, `signal`, `oom-kill`, `timeout`... of the last run. */
  readonly result: string;
  /** Of the last run that ended; null where there was none. */
  readonly lastExit: { readonly status: number; readonly at: string } | null;
}

export function unitRun(name: string): Fact<UnitRun> {
  return {
    key: `unit-run:${name}`,
    probe: sh`systemctl show -p ActiveState -p SubState -p Result -p ExecMainStatus -p ExecMainExitTimestamp ${name}`,
    parse: (result) => {
      const lines = textOf(result).split('\n');
      const value = (key: string) => lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
      const at = value('ExecMainExitTimestamp');
      return {
        activeState: value('ActiveState'),
        waitsForNextTry: value('SubState').startsWith('auto-restart'),
        result: value('Result'),
        lastExit: at === '' || at === 'n/a' ? null : { status: Number(value('ExecMainStatus')), at },
      };
    },
  };
}
