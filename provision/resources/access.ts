/** Mode and owner of what lies at a path: left alone where they are not given. */
import { sh } from '../core/sh';
import type { PathState } from '../facts/path';
import type { Change, Writer } from './resource';

export interface Access {
  readonly path: string;
  /** Octal with four digits: `0644`. */
  readonly mode?: string | undefined;
  /** `root:root` */
  readonly owner?: string | undefined;
}

export function accessChanges({ mode, owner }: Access, state: Extract<PathState, { mode: string }>): Change[] {
  const changes: Change[] = [];
  if (mode !== undefined && state.mode !== mode)
    changes.push({ path: 'mode', action: 'update', from: state.mode, to: mode });
  if (owner !== undefined && state.owner !== owner)
    changes.push({ path: 'owner', action: 'update', from: state.owner, to: owner });
  return changes;
}

/** Makes one of these changes. */
export async function changeAccess(writer: Writer, { path, mode = '', owner = '' }: Access, change: Change) {
  await writer.run(change.path === 'mode' ? sh`chmod ${mode} ${path}` : sh`chown ${owner} ${path}`);
}
