/**
 * The known_hosts file of one migration, beside its Terraform state. Hosts are recorded by instance id, as with OpenSSH's
 * HostKeyAlias: a replaced instance is another host, whatever address it inherits.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, SluiceError } from '../core/errors';
import { knownHostsLine, knownKeyTypes } from '../core/host-keys';
import { makeDirectory } from '../core/make-directory';
import { type HostKeyPolicy, type KnownHosts, pinnedHostKeys, recordedHostKeys } from './host-key-policy';

const anyPort = 22;

export interface HostKeySources {
  /** Fingerprints that the operator vouches for; they win. */
  readonly given: readonly string[];
  /** The known_hosts file; need not exist. */
  readonly file: string;
  /** Asked only for a host that is not on record. */
  readonly fromConsole: () => Promise<readonly string[]>;
  /** The operator's own known_hosts, and the host's name in it: for a host that the console says nothing of. */
  readonly operators?: { readonly store: KnownHosts; readonly host: string; readonly port: number };
}

export interface StoredPolicy extends HostKeyPolicy {
  /**
   * Records the key that was accepted, if it is not on record yet. For after the login succeeded; may be called again. Rejects with
   * KNOWN_HOSTS_UNWRITABLE, of kind `config`.
   */
  remember(): Promise<void>;
}

/** How to know a host: what the operator says, else what is on record, else what EC2's console says, else the operator's known_hosts. */
export async function hostKeyPolicy(alias: string, sources: HostKeySources): Promise<StoredPolicy> {
  const text = await readOrEmpty(sources.file);
  const isRecorded = knownKeyTypes(text, alias, anyPort).length > 0;
  if (isRecorded && sources.given.length === 0)
    return { ...recordedHostKeys({ file: sources.file, text }, alias, anyPort), remember: async () => {} };
  let fingerprints = sources.given;
  if (fingerprints.length === 0) {
    try {
      fingerprints = await sources.fromConsole();
    } catch (error) {
      const { store, host, port } = sources.operators ?? { store: { file: '', text: '' }, host: alias, port: anyPort };
      if (knownKeyTypes(store.text, host, port).length === 0) throw error;
      return { ...recordedHostKeys(store, host, port), remember: async () => {} };
    }
  }
  const { decide, algorithms } = pinnedHostKeys(alias, fingerprints);
  let accepted: Buffer | undefined;
  return {
    algorithms,
    decide: (key) => {
      const decision = decide(key);
      if (decision === true) accepted = Buffer.from(key);
      return decision;
    },
    remember: async () => {
      if (accepted === undefined) return;
      const line = knownHostsLine(alias, anyPort, accepted);
      const before = await readOrEmpty(sources.file);
      if (before.split('\n').includes(line)) return;
      // A person's editor may have left the last line without its end.
      await record(sources.file, `${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`);
    },
  };
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new SluiceError(`${file} cannot be read: ${messageOf(error)}`, {
      code: 'KNOWN_HOSTS_UNREADABLE',
      kind: 'config',
      hint: 'let yourself read it; or move it away, and the keys of the hosts are found out anew',
      cause: error,
    });
  }
}

async function record(file: string, text: string): Promise<void> {
  try {
    makeDirectory(dirname(file), 0o700);
    await appendFile(file, text, { mode: 0o600 });
  } catch (error) {
    throw new SluiceError(`the key of the host cannot be recorded: ${messageOf(error)}`, {
      code: 'KNOWN_HOSTS_UNWRITABLE',
      kind: 'config',
      hint: `let yourself write ${file}: the next run knows the host by it`,
      cause: error,
    });
  }
}
