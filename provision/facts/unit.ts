/** A systemd unit as systemd sees it (systemctl(1), `show`). */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface UnitState {
  /** systemd knows a definition of it. */
  readonly loaded: boolean;
  /** Starts at boot. */
  readonly enabled: boolean;
  readonly active: boolean;
  /** Its definition on disk is newer than the one in systemd's memory. */
  readonly needsReload: boolean;
}

export function unitState(name: string): Fact<UnitState> {
  return {
    key: `unit:${name}`,
    probe: sh`systemctl show -p LoadState -p UnitFileState -p ActiveState -p NeedDaemonReload ${name}`,
    parse: (result) => {
      const lines = textOf(result).split('\n');
      const value = (key: string) => lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
      return {
        loaded: value('LoadState') === 'loaded',
        enabled: value('UnitFileState') === 'enabled',
        active: ['active', 'activating', 'reloading'].includes(value('ActiveState') ?? ''),
        needsReload: value('NeedDaemonReload') === 'yes',
      };
    },
  };
}
