/** A directory; mode and owner are kept only where they are given. */
import { sh } from '../core/sh';
import { type PathState, pathState } from '../facts/path';
import { predicted } from '../facts/prediction';
import { type Access, accessChanges, changeAccess } from './access';
import type { Resource } from './resource';

export function directory(params: Access): Resource<PathState> {
  const { path, mode, owner } = params;
  const fact = pathState(path);
  return {
    name: `directory ${path}`,
    inspect: (reader) => reader.get(fact),
    plan(state) {
      if (state.kind === 'absent') return [{ path: 'state', action: 'create', from: null, to: 'directory' }];
      if (state.kind === 'mount-point') return [];
      if (state.kind === 'other')
        return {
          kind: 'failed',
          reason: `${path} is a symbolic link, or something else that is no directory`,
          fix: `move it away: mv ${path} ${path}.old; where it shall lie on another disk, a bind mount does (mount --bind, and a line in /etc/fstab)`,
        };
      if (state.kind !== 'directory')
        return {
          kind: 'failed',
          reason: `${path} is not a directory`,
          fix: `move it away: mv ${path} ${path}.old`,
        };
      return accessChanges(params, state);
    },
    predict: (state) => [
      predicted(fact, {
        kind: 'directory',
        mode: mode ?? ('mode' in state ? state.mode : '0755'),
        owner: owner ?? ('owner' in state ? state.owner : 'unknown'),
        sha256: null,
        text: null,
      }),
    ],
    async apply(writer, change) {
      const ownMode = absolute(mode ?? '0755');
      if (change.path !== 'state') await changeAccess(writer, { path, mode: ownMode, owner }, change);
      else await writer.run(sh`mkdir -p ${path} && chmod ${ownMode} ${path} ${owned(path, owner)}`);
    },
  };
}

function owned(path: string, owner: string | undefined) {
  return owner === undefined ? sh`` : sh`&& chown ${owner} ${path}`;
}

/** With five digits chmod takes a set-group-ID bit away too, which a directory has from the one it was made in (chmod(1)). */
function absolute(mode: string): string {
  return mode.padStart(5, '0');
}
