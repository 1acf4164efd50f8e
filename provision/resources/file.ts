/** A file with its content, mode and owner; and one whose content is not at hand. */
import { createHash } from 'node:crypto';
import { Secret } from '../core/secret';
import type { Fact } from '../facts/fact';
import { type PathState, pathState, pathStatus, textFileState } from '../facts/path';
import { predicted } from '../facts/prediction';
import { type Access, accessChanges, changeAccess } from './access';
import type { Resource } from './resource';

export interface FileParams extends Access {
  /** Text is shown by --diff; bytes and secrets are not, and a secret's digest is not either. */
  readonly content: string | Buffer | Secret;
  readonly mode: string;
}

export function file(params: FileParams): Resource<PathState> {
  const { path, content, mode, owner } = params;
  const fact: Fact<PathState> = typeof content === 'string' ? textFileState(path) : pathState(path);
  const bytes = Buffer.isBuffer(content)
    ? content
    : Buffer.from(content instanceof Secret ? content.reveal() : content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const wanted = typeof content === 'string' ? content : shownDigest(content, sha256);
  return {
    name: `file ${path}`,
    inspect: (reader) => reader.get(fact),
    plan(state) {
      if (state.kind === 'directory' || state.kind === 'mount-point')
        return {
          kind: 'failed',
          reason: `${path} is a ${state.kind}, where a file shall be`,
          fix: `move it away: mv ${path} ${path}.old`,
        };
      if (state.kind === 'absent') return [{ path: 'content', action: 'create', from: null, to: wanted }];
      // A link, socket or device is replaced by the file.
      if (state.kind === 'other') return [{ path: 'content', action: 'update', from: 'not a file', to: wanted }];
      const access = accessChanges(params, state);
      if (state.sha256 === sha256) return access;
      return [{ path: 'content', action: 'update', from: shownState(state, content), to: wanted }, ...access];
    },
    predict(state) {
      const before = 'owner' in state ? state.owner : 'unknown';
      const text = typeof content === 'string' ? content : '';
      return [predicted(fact, { kind: 'file', mode, owner: owner ?? before, sha256, text })];
    },
    async apply(writer, change) {
      if (change.path !== 'content') await changeAccess(writer, params, change);
      else
        await writer.put(Buffer.isBuffer(content) || content instanceof Secret ? content : bytes, path, {
          mode,
          owner,
        });
    },
  };
}

interface HandedOverFileParams extends Access {
  readonly mode: string;
  /** What puts it there. */
  readonly fix: string;
}

/** A file that was handed over before: it has to be there, with its mode and owner. Its content is not looked at. */
export function handedOverFile(params: HandedOverFileParams): Resource<PathState> {
  const { path, mode, owner, fix } = params;
  const fact = pathStatus(path);
  return {
    name: `file ${path}`,
    inspect: (reader) => reader.get(fact),
    plan(state) {
      if (state.kind === 'absent') return { kind: 'failed', reason: `${path} is not there`, fix };
      if (state.kind !== 'file') return { kind: 'failed', reason: `${path} is no file`, fix };
      return accessChanges(params, state);
    },
    predict: (state) =>
      state.kind === 'file' ? [predicted(fact, { ...state, mode, owner: owner ?? state.owner })] : [],
    apply: (writer, change) => changeAccess(writer, params, change),
  };
}

function shownDigest(content: Buffer | Secret, sha256: string): string {
  return content instanceof Secret ? String(content) : `sha256:${sha256.slice(0, 12)}`;
}

function shownState(state: Extract<PathState, { sha256: string | null }>, content: FileParams['content']): string {
  if (content instanceof Secret) return String(content);
  return typeof content === 'string' ? (state.text ?? '') : `sha256:${state.sha256?.slice(0, 12)}`;
}
