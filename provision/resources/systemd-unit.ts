/**
 * A systemd unit: its definition, systemd's memory of it, and whether it starts at boot and runs. What needs a reload is read from
 * systemd itself, so that a run cut short between the two is mended by the next.
 */
import { sh } from '../core/sh';
import type { PathState } from '../facts/path';
import { predicted } from '../facts/prediction';
import { type UnitState, unitState } from '../facts/unit';
import { file } from './file';
import { type Change, isRefusal, type Resource } from './resource';

export interface SystemdUnitParams {
  /** `sluice-pull.service` */
  readonly name: string;
  readonly content: string;
  /** Left alone where it is not given. */
  readonly enabled?: boolean;
  readonly active?: boolean;
}

interface State {
  readonly file: PathState;
  readonly unit: UnitState;
}

export function systemdUnit(params: SystemdUnitParams): Resource<State> {
  const { name, content, enabled, active } = params;
  const fact = unitState(name);
  const definition = file({ path: `/etc/systemd/system/${name}`, content, mode: '0644', owner: 'root:root' });
  return {
    name: `unit ${name}`,
    async inspect(reader) {
      const [definitionState, unit] = await Promise.all([definition.inspect(reader), reader.get(fact)]);
      return { file: definitionState, unit };
    },
    plan(state) {
      const changes = definition.plan(state.file);
      if (isRefusal(changes)) return changes;
      const reload: Change = { path: 'systemd', action: 'update', from: 'an older definition', to: 'reloaded' };
      const { badDropIns } = state.unit;
      if (changes.length === 0 && badDropIns !== undefined)
        return {
          kind: 'failed',
          reason: `with ${badDropIns.join(' ')} in place systemd takes no definition of ${name}: "systemd-analyze verify ${name}" on the host tells why`,
          fix: `mend or remove what it names, then: systemctl daemon-reload`,
        };
      const isStale = changes.length === 0 && (state.unit.needsReload || !state.unit.loaded);
      return [
        ...changes,
        ...(isStale ? [reload] : []),
        ...toggled('enabled', state.unit.enabled, enabled),
        ...toggled('active', state.unit.active, active),
      ];
    },
    warning({ unit: { dropIns } }) {
      if (dropIns === undefined || dropIns.commands.join('\n') === commandsOf(content).join('\n')) return undefined;
      const runs = dropIns.commands.length === 0 ? 'nothing' : dropIns.commands.join('; ');
      return { reason: `with ${dropIns.files.join(' ')} in place ${name} runs ${runs}`, fix: dropInFix(dropIns.files) };
    },
    note({ unit: { dropIns } }) {
      if (dropIns === undefined) return undefined;
      return { reason: `${dropIns.files.join(' ')} changes ${name}`, fix: dropInFix(dropIns.files) };
    },
    predict: (state) => [
      ...definition.predict(state.file),
      predicted(fact, {
        ...state.unit,
        loaded: true,
        needsReload: false,
        enabled: enabled ?? state.unit.enabled,
        active: active ?? state.unit.active,
      }),
    ],
    async apply(writer, change, state) {
      if (change.path === 'enabled') await writer.run(sh`systemctl ${enabled === true ? 'enable' : 'disable'} ${name}`);
      else if (change.path === 'active') await writer.run(sh`systemctl ${active === true ? 'start' : 'stop'} ${name}`);
      else {
        if (change.path !== 'systemd') await definition.apply(writer, change, state.file);
        // By its links it is still wanted by what the definition before said.
        const again = enabled === true && state.unit.enabled ? sh` && systemctl reenable ${name}` : sh``;
        await writer.run(sh`systemctl daemon-reload${again}`);
      }
    },
  };
}

function commandsOf(definition: string): readonly string[] {
  return [...definition.matchAll(/^ExecStart=(.*)$/gm)].map(([, command = '']) => command);
}

function dropInFix(files: readonly string[]): string {
  return `where that is not meant: rm ${files.join(' ')}; systemctl daemon-reload`;
}

function toggled(path: 'enabled' | 'active', is: boolean, wanted: boolean | undefined): readonly Change[] {
  if (wanted === undefined || is === wanted) return [];
  return [{ path, action: 'update', from: is ? 'yes' : 'no', to: wanted ? 'yes' : 'no' }];
}
