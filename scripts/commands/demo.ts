/** `sluice demo`: the main job on an embedded default; no cloud account, no root, nothing to install. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { isCleanPath } from '../../config/clean-path';
import { SluiceError } from '../../provision/core/errors';
import { parsePrivateKey, usableKeys } from '../../provision/core/private-key';
import type { CliContext } from '../context';
import { parseCopySource } from '../copy-target';
import type { DemoSource } from '../demo/demo-config';
import { homeDirectory } from '../home-directory';
import { readSecretFile } from '../provision/operator-secrets';
import { recordedFingerprints } from '../recorded-fingerprints';
import { localUserName, userNameAt } from '../user-name';

interface Options {
  readonly dir: string;
  readonly source?: string;
  readonly identity?: string;
  readonly hostKey?: string;
}

export function registerDemo(program: Command, context: CliContext): void {
  program
    .command('demo')
    .description('Run the whole path on this machine: SFTP server, stack, stand-in host, pull, proof.')
    .option('--dir <folder>', 'where everything lands; emptied first if a demo made it', 'sluice-demo')
    .option('--source <url>', "sftp://user@host:port/path: pull from this server instead of the demo's own")
    .option('-i, --identity <file>', 'private key for --source (default: ~/.ssh/id_ed25519, ~/.ssh/id_rsa)')
    .option('--host-key <SHA256:...>', 'host key of --source (default: what ~/.ssh/known_hosts has)')
    .action(async (options: Options) => {
      const { runDemo } = await import('../demo/run-demo');
      const source = options.source === undefined ? undefined : await givenSource(context, options.source, options);
      context.setExitCode(await runDemo(context, { folder: resolve(context.cwd, options.dir), source }));
    });
}

async function givenSource(context: CliContext, url: string, { identity, hostKey }: Options): Promise<DemoSource> {
  const { host, port, path, ...given } = parseCopySource(url);
  refuseWhatNoStackTakes(host, path);
  const username = given.username ?? userNameAt(host, localUserName(context.env));
  const ssh = join(homeDirectory(context.env), '.ssh');
  const identities =
    identity === undefined ? [join(ssh, 'id_ed25519'), join(ssh, 'id_rsa')] : [resolve(context.cwd, identity)];
  const identityFile = identities.find((file) => existsSync(file));
  if (identityFile === undefined) {
    throw new SluiceError(`no private key: ${identities.join(', ')}`, {
      code: 'NO_IDENTITY',
      kind: 'config',
      hint: 'name one with --identity',
    });
  }
  await refuseUnusableKey(identityFile);
  const knownHosts = join(ssh, 'known_hosts');
  const hostKeys = hostKey === undefined ? recordedFingerprints(knownHosts, { host, port }).slice(0, 2) : [hostKey];
  if (hostKeys.length === 0) {
    throw new SluiceError(`${host} is not in ${knownHosts}`, {
      code: 'HOST_KEY_UNKNOWN',
      kind: 'unreachable',
      hint: 'pin its key with --host-key SHA256:..., as its owner tells you',
    });
  }
  return { host, port, username, hostKeys, identityFile, path };
}

/** The agent would meet its copy on the stand-in host. */
async function refuseUnusableKey(file: string): Promise<void> {
  const key = parsePrivateKey(await readSecretFile(file, '--identity'));
  if (!(key instanceof Error)) return;
  throw new SluiceError(`the private key in ${file} cannot be used: ${key.message}`, {
    code: 'PRIVATE_KEY_UNUSABLE',
    kind: 'config',
    hint: `give ${usableKeys}, one that needs no passphrase, with --identity`,
  });
}

/** `sluice copy` takes more than a configuration does; said before the demo's folder is emptied. */
function refuseWhatNoStackTakes(host: string, path: string): void {
  const refused = (message: string, hint: string) =>
    new SluiceError(`--source: ${message}`, { code: 'BAD_SOURCE', kind: 'config', hint });
  if (path !== '/' && !isCleanPath(path))
    throw refused(
      `${JSON.stringify(path)} is not a plain absolute path`,
      `write the whole path from the root that the server shows, such as sftp://user@${host}/outgoing`,
    );
  if (isIP(host) === 6)
    throw refused(
      `${host} is an IPv6 address, and the network of the demo's stack has none`,
      "write the server's name or IPv4 address; sluice copy takes IPv6 as well",
    );
}
