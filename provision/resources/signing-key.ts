/**
 * The public key that a package repository signs with, in a file of its own, so that it vouches for that repository and no other. It comes
 * over HTTPS from the publisher, once: a file that holds a key is never fetched again, so another key at the publisher's changes nothing here.
 */
import { SluiceError } from '../core/errors';
import { hostTroubleIn } from '../core/host-trouble';
import { sh } from '../core/sh';
import { type PathState, textFileState } from '../facts/path';
import { predicted } from '../facts/prediction';
import type { Resource } from './resource';
import { CommandFailed } from './writer';

export interface SigningKeyParams {
  readonly path: string;
  readonly url: string;
}

/** RFC 9580 section 6.2. */
const armor = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const mode = '0644';

export function signingKey({ path, url }: SigningKeyParams): Resource<PathState> {
  const fact = textFileState(path);
  return {
    name: `signing key ${path}`,
    inspect: (reader) => reader.get(fact),
    plan(state) {
      if (state.kind === 'absent') return [{ path: 'key', action: 'create', from: null, to: url }];
      if (state.kind !== 'file')
        return { kind: 'failed', reason: `${path} is not a file`, fix: `move it away: mv ${path} ${path}.old` };
      if (state.text?.includes(armor) !== true)
        return [{ path: 'key', action: 'update', from: 'not an OpenPGP public key', to: url }];
      return state.mode === mode ? [] : [{ path: 'mode', action: 'update', from: state.mode, to: mode }];
    },
    predict: () => [predicted(fact, { kind: 'file', mode, owner: 'root:root', sha256: null, text: armor })],
    async apply(writer, change) {
      if (change.path === 'mode') {
        await writer.run(sh`chmod ${mode} ${path}`);
        return;
      }
      try {
        await writer.run(sh`set -e; mkdir -p ${path.slice(0, path.lastIndexOf('/'))}
t=$(mktemp ${`${path}.XXXXXX`}); trap 'rm -f "$t"' EXIT
curl --fail --silent --show-error --location --proto =https --max-time 60 --output "$t" ${url}
grep -q -e ${armor} "$t" || { echo "it is not an OpenPGP public key" >&2; exit 1; }
chmod ${mode} "$t"; mv -f "$t" ${path}`);
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        const trouble = hostTroubleIn(error.output);
        throw new SluiceError(`the signing key ${url} cannot be fetched: ${error.output}`, {
          code: 'SIGNING_KEY_UNAVAILABLE',
          retryable: trouble === undefined,
          hint: trouble?.fix ?? `let the host reach ${new URL(url).host} by HTTPS, or put the key into ${path}`,
          cause: error,
        });
      }
    },
  };
}
