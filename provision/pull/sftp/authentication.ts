/** The ways to log in, in the order they are tried: agent, keys, password, keyboard-interactive (RFC 4252, RFC 4256). */
import { type AnyAuthMethod, type ParsedKey, utils } from 'ssh2';
import { SluiceError } from '../../core/errors';
import type { Secret } from '../../core/secret';

export interface Authentication {
  /** OpenSSH or PEM. */
  readonly privateKey?: Secret;
  readonly passphrase?: Secret;
  readonly password?: Secret;
  /** Path of an ssh-agent's socket. */
  readonly agentSocket?: string;
  /** Tried as they are: one that cannot be read, or wants another passphrase, is passed over as OpenSSH passes over its default keys. */
  readonly fallbackKeys?: readonly Secret[];
}

/** Throws a SluiceError of kind `config` where a key cannot be used or there is nothing to log in with. */
export function authenticationMethods(username: string, authentication: Authentication): AnyAuthMethod[] {
  const { privateKey, passphrase, password, agentSocket, fallbackKeys = [] } = authentication;
  const methods: AnyAuthMethod[] = [];
  if (privateKey !== undefined) {
    const key = parse(privateKey, passphrase);
    if (key instanceof Error) throw unusable(key);
    methods.push({ type: 'publickey', username, key });
  }
  if (agentSocket !== undefined) methods.push({ type: 'agent', username, agent: agentSocket });
  for (const candidate of fallbackKeys) {
    const key = parse(candidate, passphrase);
    if (!(key instanceof Error)) methods.push({ type: 'publickey', username, key });
  }
  if (password !== undefined) {
    methods.push({ type: 'password', username, password: password.reveal() });
    methods.push({
      type: 'keyboard-interactive',
      username,
      // A prompt that does not echo asks for the password; any other cannot be answered unattended.
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.map((prompt) => (prompt.echo === true ? '' : password.reveal()))),
    });
  }
  if (methods.length > 0) return methods;
  throw new SluiceError(`there is nothing to log in with as ${username}`, {
    code: 'CREDENTIAL_MISSING',
    kind: 'config',
    hint: 'Give a private key or a password: source.credentials in migration.yaml; for sluice copy --identity FILE, --passphrase-env NAME for a key that is encrypted, --password-env NAME or an ssh-agent.',
  });
}

/** Several keys in one file: the first is the one. */
function parse(key: Secret, passphrase: Secret | undefined): ParsedKey | Error {
  const parsed = utils.parseKey(key.reveal(), passphrase?.reveal()) as ParsedKey | ParsedKey[] | Error;
  const first = Array.isArray(parsed) ? parsed[0] : parsed;
  if (first === undefined) return new Error('it holds no key');
  if (first instanceof Error || first.isPrivateKey()) return first;
  return new Error('it is a public key');
}

function unusable(cause: Error): SluiceError {
  return new SluiceError(`the private key cannot be used: ${cause.message}`, {
    code: 'PRIVATE_KEY_UNUSABLE',
    kind: 'config',
    hint: 'Give an OpenSSH or PEM private key, and its passphrase if it has one.',
    cause,
  });
}
