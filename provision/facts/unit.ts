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
  /** Drop-ins that it has, for it or for others too, where systemd takes no definition of it: with a bad setting, or without a command. */
  readonly badDropIns?: readonly string[];
  /** Where drop-ins of its own change it (systemd.unit(5)): their files, and the command lines that they leave in effect. */
  readonly dropIns?: { readonly files: readonly string[]; readonly commands: readonly string[] };
}

export function unitState(name: string): Fact<UnitState> {
  return {
    key: `unit:${name}`,
    probe: sh`systemctl show -p LoadState -p UnitFileState -p ActiveState -p NeedDaemonReload -p DropInPaths -p ExecStart ${name}`,
    parse: (result) => {
      const lines = textOf(result).split('\n');
      const values = (key: string) =>
        lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
      const value = (key: string) => values(key)[0];
      const dropIns = (value('DropInPaths') ?? '').split(' ').filter((file) => file !== '');
      // Those for all units of a type are the system's.
      const files = dropIns.filter((file) => file.includes(`/${name}.d/`));
      const commands = values('ExecStart').flatMap((shown) => /argv\[\]=(.*?) ; ignore_errors=/.exec(shown)?.[1] ?? []);
      return {
        loaded: value('LoadState') === 'loaded',
        enabled: value('UnitFileState') === 'enabled',
        active: ['active', 'activating', 'reloading'].includes(value('ActiveState') ?? ''),
        needsReload: value('NeedDaemonReload') === 'yes',
        ...(value('LoadState') === 'bad-setting' && dropIns.length > 0 ? { badDropIns: dropIns } : {}),
        ...(files.length === 0 ? {} : { dropIns: { files, commands } }),
      };
    },
  };
}
