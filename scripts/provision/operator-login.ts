/**
 * What the operator logs in with. A key that is named is the only one; else what ~/.ssh/config says, then the ssh-agent, then the usual
 * files, as `ssh` would have it. The passphrase of an encrypted key is asked for once, and only where no agent holds the key.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { agentKeys, type Identity, isEncryptedKey, isOpenKey, publicKeyBlob } from '../../provision/connection/login';
import { SluiceError } from '../../provision/core/errors';
import { Secret } from '../../provision/core/secret';
import type { CliContext } from '../context';
import { askSecret } from './ask-secret';
import { readIfThere, readSecretFile, secretFromEnvironment } from './operator-secrets';

export interface LoginSources {
  /** Absolute path of the key that was named, and where: `--identity`. */
  readonly named: { readonly file: string; readonly what: string } | undefined;
  /** IdentityFile of ~/.ssh/config; those that are not there are passed over. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** The agent's socket; undefined where there is none. */
  readonly agent: string | undefined;
  readonly home: string;
  /** Opens encrypted keys. */
  readonly passphrase: (file: string) => Promise<Secret>;
}

const usualFiles = ['id_ed25519', 'id_ecdsa', 'id_rsa'] as const;

/** Rejects with a SluiceError of kind `config`. */
export async function operatorLogin(sources: LoginSources): Promise<readonly Identity[]> {
  const { named, agent, identitiesOnly } = sources;
  if (named !== undefined) return [await identityOf(named.file, named.what, sources)];
  const files = await existing(sources.identityFiles);
  const configured: Identity[] = [];
  for (const file of files) configured.push(await identityOf(file, 'IdentityFile', sources));
  const fromAgent = identitiesOnly ? [] : await agentIdentities(agent);
  if (configured.length > 0) return [...configured, ...fromAgent];
  const usual: Identity[] = [];
  const passedOver: string[] = [];
  for (const file of await existing(usualFiles.map((name) => join(sources.home, '.ssh', name)))) {
    const key = new Secret((await readIfThere(file)) ?? '');
    // Beside what an agent holds nobody is asked for a passphrase.
    const isUsable = isOpenKey(key) || (fromAgent.length === 0 && isEncryptedKey(key));
    if (isUsable) usual.push(await identityOf(file, 'the usual private key', sources));
    else passedOver.push(file);
  }
  const identities = [...fromAgent, ...usual];
  if (identities.length > 0) return identities;
  const why = passedOver.length === 0 ? '' : `: ${passedOver.join(', ')} cannot be used`;
  throw new SluiceError(`there is no private key to log in with${why}`, {
    code: 'NO_IDENTITY',
    kind: 'config',
    hint: 'name it with --identity FILE or host.ssh.identityFile, or start an ssh-agent and ssh-add it',
  });
}

/** One passphrase for all encrypted keys: from the variable that is named, else asked for when the first one is met. */
export function passphraseSource(context: CliContext, variable: string | undefined): (file: string) => Promise<Secret> {
  const asked = new Map<string, Promise<Secret>>();
  return (file) => {
    const known = asked.get(file);
    if (known !== undefined) return known;
    const passphrase =
      variable === undefined
        ? askSecret(
            context,
            `Passphrase for ${file}`,
            'name an environment variable: --passphrase-env NAME; or ssh-add it',
          )
        : Promise.resolve().then(() => secretFromEnvironment(context, variable, '--passphrase-env'));
    asked.set(file, passphrase);
    return passphrase;
  };
}

/** A public key's file stands for the private key that the agent holds; so does an encrypted one whose public half it holds. */
async function identityOf(file: string, what: string, { agent, passphrase }: LoginSources): Promise<Identity> {
  const privateKey = await readSecretFile(file, what);
  const ownBlob = publicKeyBlobOf(privateKey);
  if (ownBlob !== undefined && agent !== undefined) return { agent, only: [ownBlob] };
  if (!isEncryptedKey(privateKey)) return { privateKey, file };
  const blob = publicKeyBlob((await readIfThere(`${file}.pub`)) ?? '');
  if (agent !== undefined && blob !== undefined && (await agentKeys(agent)).some((held) => held.equals(blob)))
    return { agent, only: [blob] };
  return { privateKey, file, passphrase: await passphrase(file) };
}

function publicKeyBlobOf(key: Secret): Buffer | undefined {
  const text = key.reveal().trim();
  return /^(ssh|ecdsa|sk)-/.test(text) ? publicKeyBlob(text) : undefined;
}

/** An agent that holds nothing, as every desktop has one running, is as good as none. */
async function agentIdentities(agent: string | undefined): Promise<readonly Identity[]> {
  return agent === undefined || (await agentKeys(agent)).length === 0 ? [] : [{ agent }];
}

async function existing(files: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => there[index]);
}
