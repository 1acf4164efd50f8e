/** What an operator can log in with, as ssh2 takes it: private keys, and an ssh-agent, of which only some keys may be meant. */
import {
  type AnyAuthMethod,
  BaseAgent,
  createAgent,
  type ParsedKey,
  type PublicKeyEntry,
  type SignCallback,
  type SigningRequestOptions,
  utils,
} from 'ssh2';
import { messageOf, SluiceError } from '../core/errors';
import { parsePrivateKey, usableKeys } from '../core/private-key';
import type { Secret } from '../core/secret';

export type Identity =
  | {
      /** The text of a private key, OpenSSH or PEM, and what opens it. */
      readonly privateKey: Secret;
      readonly passphrase?: Secret | undefined;
      /** The file that it was read from, for messages. */
      readonly file?: string;
    }
  | {
      /** Path of an ssh-agent's socket. */
      readonly agent: string;
      /** Only these of its keys, as public key blobs; without it, all. */
      readonly only?: readonly Buffer[];
    };

/** In the order given. Throws SSH_KEY_UNUSABLE, of kind `config`, where a key cannot be read. */
export function authMethods(username: string, identities: readonly Identity[]): AnyAuthMethod[] {
  return identities.map((identity): AnyAuthMethod => {
    if ('privateKey' in identity) return { type: 'publickey', username, key: readKey(identity) };
    const { agent, only } = identity;
    return { type: 'agent', username, agent: only === undefined ? agent : new PartOfAgent(agent, only) };
  });
}

function readKey({ privateKey, passphrase, file }: Extract<Identity, { privateKey: Secret }>): ParsedKey {
  const key = parsePrivateKey(privateKey, passphrase);
  if (!(key instanceof Error)) return key;
  const what = file === undefined ? 'the private key' : `the private key in ${file}`;
  throw new SluiceError(`${what} cannot be used: ${messageOf(key)}`, {
    code: 'SSH_KEY_UNUSABLE',
    kind: 'config',
    hint: `give ${usableKeys}, and what opens it if it is encrypted: --passphrase-env NAME, or ssh-add FILE`,
    cause: key,
  });
}

/** Whether the text is a private key that wants a passphrase. */
export function isEncryptedKey(privateKey: Secret): boolean {
  const key = parsePrivateKey(privateKey);
  return key instanceof Error && /encrypted/i.test(key.message) && /passphrase/i.test(key.message);
}

/** Whether the text is a private key that opens by itself. */
export function isOpenKey(privateKey: Secret): boolean {
  return !(parsePrivateKey(privateKey) instanceof Error);
}

/** The blob of a public key line, `ssh-ed25519 AAAA...`; undefined where it is none. */
export function publicKeyBlob(line: string): Buffer | undefined {
  const parsed = utils.parseKey(line) as ParsedKey | Error;
  return parsed instanceof Error ? undefined : parsed.getPublicSSH();
}

/** The public key blobs that an agent holds; none where it does not answer. */
export function agentKeys(socket: string): Promise<readonly Buffer[]> {
  return new Promise((resolve) => {
    createAgent(socket).getIdentities((error, keys) => {
      resolve(error === undefined || error === null ? (keys ?? []).map(blobOf) : []);
    });
  });
}

/** Options may be left out: the callback comes last. */
type SignRest = [options: SigningRequestOptions | SignCallback, callback?: SignCallback];

/** An agent that only shows some of its keys, as IdentitiesOnly means it (ssh_config(5)). */
class PartOfAgent extends BaseAgent {
  readonly #agent: BaseAgent;
  readonly #only: readonly Buffer[];

  constructor(socket: string, only: readonly Buffer[]) {
    super();
    this.#agent = createAgent(socket);
    this.#only = only;
  }

  override getIdentities(callback: Parameters<BaseAgent['getIdentities']>[0]): void {
    this.#agent.getIdentities((error, keys) => {
      callback(
        error,
        keys?.filter((key) => this.#only.some((blob) => blob.equals(blobOf(key)))),
      );
    });
  }

  override sign(key: string | Buffer | ParsedKey, data: Buffer, ...rest: SignRest): void {
    (this.#agent.sign as (...args: unknown[]) => void).call(this.#agent, key, data, ...rest);
  }
}

function blobOf(key: string | Buffer | ParsedKey | PublicKeyEntry): Buffer {
  if (typeof key === 'string') return Buffer.from(key, 'base64');
  if (Buffer.isBuffer(key)) return key;
  if ('getPublicSSH' in key) return key.getPublicSSH();
  return blobOf(key.pubKey as string | Buffer | ParsedKey);
}
