/** The ways to log in, in the order they are tried: agent, keys, password, keyboard-interactive (RFC 4252, RFC 4256). */
import type { AnyAuthMethod } from 'ssh2';
import { SluiceError } from '../../core/errors';
import { parsePrivateKey, usableKeys } from '../../core/private-key';
import type { Secret } from '../../core/secret';

export interface Authentication {
  readonly privateKey?: Secret | undefined;
  /** Where it lies, for messages: the path of a file, the name of a secret. */
  readonly privateKeyPlace?: string | undefined;
  readonly passphrase?: Secret | undefined;
  readonly password?: Secret | undefined;
  /** Path of an ssh-agent's socket. */
  readonly agentSocket?: string | undefined;
  /** Tried as they are: one that cannot be read, or wants another passphrase, is passed over as OpenSSH passes over its default keys. */
  readonly fallbackKeys?: readonly Secret[];
}

/** Throws a SluiceError of kind `config` where a key cannot be used or there is nothing to log in with. */
export function authenticationMethods(username: string, authentication: Authentication): AnyAuthMethod[] {
  const { privateKey, privateKeyPlace, passphrase, password, agentSocket, fallbackKeys = [] } = authentication;
  const methods: AnyAuthMethod[] = [];
  if (privateKey !== undefined) {
    const key = parsePrivateKey(privateKey, passphrase);
    if (key instanceof Error) throw unusable(key, privateKeyPlace);
    methods.push({ type: 'publickey', username, key });
  }
  if (agentSocket !== undefined) methods.push({ type: 'agent', username, agent: agentSocket });
  for (const candidate of fallbackKeys) {
    const key = parsePrivateKey(candidate, passphrase);
    if (!(key instanceof Error)) methods.push({ type: 'publickey', username, key });
  }
  if (password !== undefined) {
    methods.push({ type: 'password', username, password: password.reveal() });
    const answered = new Set<string>();
    methods.push({
      type: 'keyboard-interactive',
      username,
      // A prompt that does not echo asks for the password; any other cannot be answered unattended. Asked again, the password was wrong: one more
      // time, and the account may be locked; too few answers end the exchange (RFC 4256, section 3.4).
      prompt: (_name, _instructions, _language, prompts, finish) => {
        if (prompts.some(({ prompt }) => answered.has(prompt))) return finish([]);
        for (const { prompt } of prompts) answered.add(prompt);
        finish(prompts.map((prompt) => (prompt.echo === true ? '' : password.reveal())));
      },
    });
  }
  if (methods.length > 0) return methods;
  throw new SluiceError(`there is nothing to log in with as ${username}`, {
    code: 'CREDENTIAL_MISSING',
    kind: 'config',
    hint: 'Give a private key or a password: source.credentials in migration.yaml; for sluice copy --identity FILE, --passphrase-env NAME for a key that is encrypted, --password-env NAME or an ssh-agent.',
  });
}

function unusable(cause: Error, place: string | undefined): SluiceError {
  const key = place === undefined ? 'the private key' : `the private key in ${place}`;
  return new SluiceError(`${key} cannot be used: ${cause.message}`, {
    code: 'PRIVATE_KEY_UNUSABLE',
    kind: 'config',
    hint: `Give ${usableKeys}, and its passphrase if it has one (for sluice copy: --passphrase-env NAME).`,
    cause,
  });
}
