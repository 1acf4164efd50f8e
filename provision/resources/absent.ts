/** Things that shall not be on a host any more: files, folders, units. Each has nothing to do where there is nothing. */
import { sh } from '../core/sh';
import { type PathState, pathState } from '../facts/path';
import { predicted } from '../facts/prediction';
import { type UnitState, unitState } from '../facts/unit';
import type { Change, Resource } from './resource';

/** A file, or a folder with all that is in it. A mount point is never emptied. */
export function absentPath(path: string): Resource<PathState> {
  const fact = pathState(path);
  return {
    name: `no ${path}`,
    inspect: (reader) => reader.get(fact),
    plan(state) {
      if (state.kind === 'absent') return [];
      if (state.kind === 'mount-point')
        return { kind: 'failed', reason: `something is mounted on ${path}`, fix: `umount ${path}, then run again` };
      return [{ path: 'state', action: 'remove', from: state.kind, to: null }];
    },
    predict: () => [predicted(fact, { kind: 'absent' })],
    async apply(writer) {
      await writer.run(sh`rm -rf --one-file-system ${path}`);
    },
  };
}

interface UnitPresence {
  readonly file: PathState;
  readonly unit: UnitState;
}

/** A unit of ours: stopped, disabled, its definition gone and forgotten by systemd, and when it last ran. */
export function absentUnit(name: string): Resource<UnitPresence> {
  const file = pathState(`/etc/systemd/system/${name}`);
  const fact = unitState(name);
  return {
    name: `no unit ${name}`,
    async inspect(reader) {
      const [found, unit] = await Promise.all([reader.get(file), reader.get(fact)]);
      return { file: found, unit };
    },
    plan({ file: found, unit }) {
      const changes: Change[] = [];
      if (unit.active) changes.push({ path: 'active', action: 'update', from: 'yes', to: 'no' });
      if (unit.enabled) changes.push({ path: 'enabled', action: 'update', from: 'yes', to: 'no' });
      if (found.kind !== 'absent') changes.push({ path: 'state', action: 'remove', from: found.kind, to: null });
      // Its definition went in a run that was cut short.
      else if (unit.loaded) changes.push({ path: 'systemd', action: 'update', from: 'loaded', to: 'forgotten' });
      return changes;
    },
    predict: () => [
      predicted(file, { kind: 'absent' }),
      predicted(fact, { loaded: false, enabled: false, active: false, needsReload: false }),
    ],
    async apply(writer, { path }) {
      if (path === 'active') await writer.run(sh`systemctl stop ${name}`);
      else if (path === 'enabled') await writer.run(sh`systemctl disable ${name}`);
      else
        await writer.run(
          sh`rm -f ${`/etc/systemd/system/${name}`} ${lastRunOf(name)} && systemctl daemon-reload && { systemctl reset-failed ${name} 2>/dev/null || true; }`,
        );
    },
  };
}

/** Of a persistent timer (systemd.timer(5)): one that comes back would start at once what was due since. */
function lastRunOf(name: string): string {
  return `/var/lib/systemd/timers/stamp-${name}`;
}
