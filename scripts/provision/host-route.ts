/** How one host is reached: what the command line says, else what ~/.ssh/config says, else what Terraform says. */
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { recordedHostKeys } from '../../provision/connection/host-key-policy';
import { throughHops } from '../../provision/connection/jump-hosts';
import type { Identity } from '../../provision/connection/login';
import { programSocket, ssmTunnel } from '../../provision/connection/program-socket';
import type { SshTarget } from '../../provision/connection/ssh';
import { expandTokens, type Hop, resolveSshConfig, type SshConfigAnswer } from '../../provision/connection/ssh-config';
import { SluiceError } from '../../provision/core/errors';
import type { Secret } from '../../provision/core/secret';
import type { Outputs } from '../../stacks/outputs';
import { type LoginSources, operatorLogin } from './operator-login';
import { readIfThere } from './operator-secrets';

/** What is the same for every host. */
export interface Operator {
  readonly home: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ~/.ssh/config with what it includes, and its path for messages. */
  readonly sshConfig: { readonly text: string; readonly file: string };
  readonly named: LoginSources['named'];
  readonly passphrase: (file: string) => Promise<Secret>;
  /** From the command line. */
  readonly port: number | undefined;
  readonly jump: readonly Hop[] | undefined;
  readonly ssm: boolean;
  readonly region: string;
}

export interface HostRoute extends Pick<SshTarget, 'address' | 'port' | 'username'> {
  readonly identities: readonly Identity[];
  readonly socket?: () => Promise<Duplex>;
  /** The host in the operator's own known_hosts. */
  readonly known: { readonly store: { file: string; text: string }; readonly host: string; readonly port: number };
}

type OutputHost = Outputs['hosts'][number];

/** Reads keys and known_hosts, asks for passphrases; connects to nothing. Rejects with a SluiceError of kind `config`. */
export async function hostRoute(operator: Operator, host: OutputHost): Promise<HostRoute> {
  const said = answerFor(operator, [host.name, host.instance_id, host.address]);
  const address = said.hostName === undefined ? host.address : expandTokens(said.hostName, { h: host.address });
  const port = operator.port ?? said.port ?? 22;
  const username = said.user ?? host.username;
  const socket = await socketFor(operator, { said, host, address, port, username });
  return {
    address,
    port,
    username,
    identities: await loginFor(operator, said, { address, username }),
    known: { store: await knownHostsOf(operator, said), host: said.hostKeyAlias ?? address, port },
    ...(socket === undefined ? {} : { socket }),
  };
}

interface Destination {
  readonly said: SshConfigAnswer;
  readonly host: OutputHost;
  readonly address: string;
  readonly port: number;
  readonly username: string;
}

async function socketFor(
  operator: Operator,
  { said, host, address, port, username }: Destination,
): Promise<(() => Promise<Duplex>) | undefined> {
  const { env, home, user, region, sshConfig } = operator;
  if (operator.ssm) return () => programSocket(ssmTunnel({ id: host.instance_id, region, port }, env));
  const hops = operator.jump ?? said.proxyJump;
  if (hops.length > 0) {
    const targets: SshTarget[] = [];
    for (const hop of hops) targets.push(await hopTarget(operator, hop));
    return () => throughHops(targets, { address, port });
  }
  if (said.proxyCommand === undefined) return undefined;
  const tokens = { h: address, p: String(port), r: username, n: host.name, u: user, d: home };
  for (const value of [address, username]) refuseShellCharacters(value, sshConfig.file);
  const command = `exec ${expandTokens(said.proxyCommand, tokens)}`;
  return () => programSocket({ what: `ProxyCommand of ${sshConfig.file}`, program: 'sh', args: ['-c', command], env });
}

/** As OpenSSH does since 9.6: what is spliced into a command line is no shell text. */
function refuseShellCharacters(value: string, file: string): void {
  if (/^[\w.:@%+-]+$/.test(value)) return;
  throw new SluiceError(`${JSON.stringify(value)} cannot go into the ProxyCommand of ${file}`, {
    code: 'SSH_CONFIG_UNREADABLE',
    kind: 'config',
    hint: 'use --jump or --ssm for this host',
  });
}

/** A hop is verified by known_hosts alone: nothing of AWS is known about it. */
async function hopTarget(operator: Operator, hop: Hop): Promise<SshTarget> {
  const said = answerFor(operator, [hop.host]);
  const address = said.hostName === undefined ? hop.host : expandTokens(said.hostName, { h: hop.host });
  const port = hop.port ?? said.port ?? 22;
  const username = hop.username ?? said.anyUser ?? operator.user;
  const store = await knownHostsOf(operator, said);
  const unknownHint = `compare the fingerprint with the jump host's own, then put the key into ${store.file} (ssh does when you log in with it once)`;
  return {
    name: hop.host,
    address,
    port,
    username,
    // The key that was named is for the host; a hop that has keys of its own is logged in to with those.
    identities: await loginFor({ ...operator, ...(said.identityFiles.length > 0 ? { named: undefined } : {}) }, said, {
      address,
      username,
    }),
    hostKey: recordedHostKeys({ ...store, unknownHint }, said.hostKeyAlias ?? address, port),
  };
}

function answerFor({ sshConfig, home, user }: Operator, names: readonly string[]): SshConfigAnswer {
  return resolveSshConfig(sshConfig.text, sshConfig.file, { names, home, localUser: user });
}

function loginFor(
  operator: Operator,
  said: SshConfigAnswer,
  { address, username }: Pick<SshTarget, 'address' | 'username'>,
): Promise<readonly Identity[]> {
  const { env, home, user, named, passphrase } = operator;
  const tokens = { h: address, r: username, u: user, d: home };
  const fromEnvironment = env.SSH_AUTH_SOCK === '' ? undefined : env.SSH_AUTH_SOCK;
  const agents: Record<string, string | undefined> = { none: undefined, SSH_AUTH_SOCK: fromEnvironment };
  const socket = said.identityAgent;
  return operatorLogin({
    named,
    identityFiles: said.identityFiles.map((file) => expandTokens(file, tokens)),
    identitiesOnly: said.identitiesOnly,
    agent: socket === undefined ? fromEnvironment : socket in agents ? agents[socket] : expandTokens(socket, tokens),
    home,
    passphrase,
  });
}

async function knownHostsOf({ home }: Operator, said: SshConfigAnswer): Promise<{ file: string; text: string }> {
  const usual = ['known_hosts', 'known_hosts2'].map((name) => join(home, '.ssh', name));
  const files = said.userKnownHostsFiles.length > 0 ? said.userKnownHostsFiles : usual;
  const texts = await Promise.all(files.map(async (file) => (await readIfThere(file)) ?? ''));
  return { file: files[0] ?? '', text: texts.join('\n') };
}
