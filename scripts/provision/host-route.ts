/** How one host is reached: what the command line says, else what ~/.ssh/config says, else what Terraform says. */
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { recordedHostKeys } from '../../provision/connection/host-key-policy';
import { throughHops } from '../../provision/connection/jump-hosts';
import type { Identity } from '../../provision/connection/login';
import { programSocket, ssmTunnel } from '../../provision/connection/program-socket';
import type { SshTarget } from '../../provision/connection/ssh';
import {
  expandPath,
  expandTokens,
  type Hop,
  resolveSshConfig,
  type SshConfigAnswer,
  type SshConfigFile,
} from '../../provision/connection/ssh-config';
import { SluiceError } from '../../provision/core/errors';
import type { Secret } from '../../provision/core/secret';
import { urlHost } from '../../provision/core/url-host';
import type { Outputs } from '../../stacks/outputs';
import { userNameAt } from '../user-name';
import { type LoginSources, operatorLogin } from './operator-login';
import { readIfThere } from './operator-secrets';

/** What is the same for every host. */
export interface Operator {
  readonly home: string;
  /** At this machine, for `%u`; undefined where it has no name, and `%u` stays as it is. */
  readonly user: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** ~/.ssh/config. */
  readonly sshConfig: SshConfigFile;
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
  const hops = operator.jump ?? said.proxyJump;
  const command = operator.ssm || hops.length > 0 ? undefined : said.proxyCommand;
  const address = addressOf(said, host, command?.name);
  const port = operator.port ?? said.port ?? 22;
  const username = said.user ?? host.username;
  const socket = operator.ssm
    ? () => programSocket(ssmTunnel({ id: host.instance_id, region: operator.region, port }, operator.env))
    : await socketFor(operator, {
        name: host.name,
        said,
        address,
        port,
        username,
        hops,
      });
  return {
    address,
    port,
    username,
    identities: await loginFor(operator, said, { address, username }),
    known: {
      store: await knownHostsOf(operator, said, { address, username }),
      host: said.hostKeyAlias ?? address,
      port,
    },
    ...(socket === undefined ? {} : { socket }),
  };
}

/**
 * HostName; else, on the way of a ProxyCommand, the name that its section knows the host by, as `ssh i-0123` has it; else the address.
 * The host's own name is sluice's, and means nothing to a program.
 */
function addressOf(
  { hostName }: SshConfigAnswer,
  { name, address }: Pick<SshTarget, 'name' | 'address'>,
  commandsName?: string,
): string {
  if (hostName !== undefined) return expandTokens(hostName.text, { h: hostName.name ?? address });
  return commandsName === undefined || commandsName === name ? address : commandsName;
}

interface Destination extends Pick<SshTarget, 'name' | 'address' | 'port' | 'username'> {
  readonly said: SshConfigAnswer;
  readonly hops: readonly Hop[];
}

/**
 * What carries a session there in place of a TCP connection. As with OpenSSH the first hop may have a way of its own (its ProxyJump or
 * ProxyCommand), and the others are reached through the hop before them. `behind` names whoever is reached through this destination.
 */
async function socketFor(
  operator: Operator,
  to: Destination,
  behind: readonly string[] = [],
): Promise<(() => Promise<Duplex>) | undefined> {
  const { env, home, user, sshConfig } = operator;
  const { name, said, address, port, username, hops } = to;
  const [first, ...others] = hops;
  if (first !== undefined) {
    const targets = [await firstHopTarget(operator, first, [...behind, placeOf(to)])];
    for (const hop of others) targets.push(await targetOf(operator, hopDestination(operator, hop)));
    return () => throughHops(targets, { address, port });
  }
  if (said.proxyCommand === undefined) return undefined;
  const called = said.proxyCommand.name ?? name;
  const tokens = { h: address, p: String(port), r: username, n: called, u: user, d: home };
  for (const value of [called, address, username]) refuseShellCharacters(value, sshConfig.file);
  const command = `exec ${expandTokens(said.proxyCommand.text, tokens)}`;
  return () => programSocket({ what: `ProxyCommand of ${sshConfig.file}`, program: 'sh', args: ['-c', command], env });
}

async function firstHopTarget(operator: Operator, hop: Hop, behind: readonly string[]): Promise<SshTarget> {
  const to = hopDestination(operator, hop);
  if (behind.includes(placeOf(to))) throw circle(operator.sshConfig.file, [...behind, placeOf(to)], hop.host);
  const socket = await socketFor(operator, to, behind);
  return { ...(await targetOf(operator, to)), ...(socket === undefined ? {} : { socket }) };
}

function placeOf({ username, address, port }: Destination): string {
  return `${username}@${urlHost(address)}:${port}`;
}

function circle(file: string, places: readonly string[], hop: string): SluiceError {
  return new SluiceError(`the way to ${places[0]} goes round in a circle: ${places.join(' through ')}`, {
    code: 'JUMP_LOOP',
    kind: 'config',
    hint: `write into ${file}, above the section that has it jump: Host ${hop}, with ProxyJump none`,
  });
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

function hopDestination(operator: Operator, hop: Hop): Destination {
  const said = answerFor(operator, [hop.host]);
  return {
    name: hop.host,
    address: addressOf(said, { name: hop.host, address: hop.host }),
    port: hop.port ?? said.port ?? 22,
    username: hop.username ?? said.anyUser ?? userNameAt(hop.host, operator.user),
    said,
    hops: said.proxyJump,
  };
}

/** A hop is verified by known_hosts alone: nothing of AWS is known about it. */
async function targetOf(operator: Operator, hop: Destination): Promise<SshTarget> {
  const { name, address, port, username, said } = hop;
  const store = await knownHostsOf(operator, said, hop);
  const unknownHint = `compare the fingerprint with the jump host's own, then put the key into ${store.file} (ssh does when you log in with it once)`;
  // The key that was named is for the host; a hop that has keys of its own is logged in to with those.
  const named = said.identityFiles.length > 0 ? undefined : operator.named;
  return {
    name,
    address,
    port,
    username,
    identities: await loginFor({ ...operator, named }, said, { address, username }),
    hostKey: recordedHostKeys({ ...store, unknownHint }, said.hostKeyAlias ?? address, port),
  };
}

function answerFor({ sshConfig, home }: Operator, names: readonly string[]): SshConfigAnswer {
  return resolveSshConfig(sshConfig, { names, home });
}

type Tokens = Pick<SshTarget, 'address' | 'username'>;

function pathsFor({ env, home, user, sshConfig }: Operator, { address, username }: Tokens): (path: string) => string {
  const tokens = { h: address, r: username, u: user, d: home };
  return (path) => expandPath(path, { tokens, env, file: sshConfig.file });
}

function loginFor(operator: Operator, said: SshConfigAnswer, to: Tokens): Promise<readonly Identity[]> {
  const { home, named, passphrase } = operator;
  return operatorLogin({
    named,
    identityFiles: said.identityFiles.map(pathsFor(operator, to)),
    identitiesOnly: said.identitiesOnly,
    agent: agentFor(operator, said, to),
    home,
    passphrase,
  });
}

/** The agent's socket; undefined for none. */
function agentFor(operator: Operator, { identityAgent = 'SSH_AUTH_SOCK' }: SshConfigAnswer, to: Tokens) {
  if (identityAgent === 'none') return undefined;
  const variable = identityAgent === 'SSH_AUTH_SOCK' ? identityAgent : /^\$(\w+)$/.exec(identityAgent)?.[1];
  if (variable === undefined) return pathsFor(operator, to)(identityAgent);
  return operator.env[variable] === '' ? undefined : operator.env[variable];
}

async function knownHostsOf(
  operator: Operator,
  said: SshConfigAnswer,
  to: Tokens,
): Promise<{ file: string; text: string }> {
  const own = ['known_hosts', 'known_hosts2'].map((name) => join(operator.home, '.ssh', name));
  const everyones = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
  const orUsual = (named: readonly string[], usual: readonly string[]) =>
    named.length > 0 ? named.map(pathsFor(operator, to)) : usual;
  const files = [...orUsual(said.userKnownHostsFiles, own), ...orUsual(said.globalKnownHostsFiles, everyones)];
  const texts = await Promise.all(files.map(async (file) => (await readIfThere(file)) ?? ''));
  return { file: files[0] ?? '', text: texts.join('\n') };
}
