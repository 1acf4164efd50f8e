/** The options of every command that goes to the hosts, or to one of them, in one place: how they are found, reached and known. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { defaultConfigFile } from '../load-config';
import { moreThanNone, wholeNumber } from '../option-values';

export interface HostOptions extends OneHostOptions {
  readonly forks: number;
}

/** Of a command that does its work on one of the hosts. */
export interface OneHostOptions extends ConnectionOptions {
  readonly limit?: readonly string[];
}

/** How one host is found, reached and known. */
export interface ConnectionOptions {
  readonly config: string;
  readonly outputs?: string;
  readonly identity?: string;
  readonly hostKey?: readonly string[];
  readonly port?: number;
  readonly jump?: string;
  readonly ssm?: true;
  readonly sshConfig?: string;
  readonly passphraseEnv?: string;
  readonly askSudoPassword?: true;
  readonly sudoPasswordEnv?: string;
  readonly wait: boolean;
  readonly waitTimeout: number;
}

export function withHostOptions(command: Command): Command {
  return withConnectionOptions(command)
    .option('--limit <hosts>', 'only these hosts, by name or instance id, separated by commas', list)
    .option('--forks <count>', 'most hosts at one time', wholeNumber({ min: 1, max: 65_535 }), 5);
}

export function withOneHostOptions(command: Command): Command {
  return withConnectionOptions(command).option(
    '--limit <host>',
    'the host, by name or instance id, where there are several',
    list,
  );
}

function withConnectionOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('--outputs <file>', 'what `terraform output -json` printed (default: terraform is asked)')
    .option(
      '--identity <file>',
      'private key to log in with (default: host.ssh.identityFile, ~/.ssh/config, ssh-agent)',
    )
    .option('--host-key <fingerprint>', 'SHA256:... that the host must present, once for each', fingerprints)
    .option('--port <port>', 'TCP port of SSH (default: ~/.ssh/config, else 22)', wholeNumber({ min: 1, max: 65_535 }))
    .option('--jump <hops>', 'go through user@host:port, several separated by commas, in order')
    .addOption(
      new Option('--ssm', 'go through AWS Session Manager: no public address and no open port is needed').conflicts(
        'jump',
      ),
    )
    .option('--ssh-config <file>', 'in place of ~/.ssh/config; `none` for none')
    .option(
      '--passphrase-env <name>',
      'environment variable that opens an encrypted private key (default: you are asked)',
    )
    .option('--ask-sudo-password', 'ask for the password that sudo wants on the hosts')
    .option('--sudo-password-env <name>', 'environment variable that holds that password')
    .option('--no-wait', 'do not wait for a host that is still booting, setting itself up or updating itself')
    .option('--wait-timeout <seconds>', 'how long each of these is waited for', moreThanNone('seconds', 86_400), 300);
}

/** Exit codes of a command that looks at hosts and judges them, for its help. */
export const hostLookCodes = {
  0: 'all checks are good',
  1: 'a problem, or a question without an answer',
  3: 'the configuration, an option, the outputs or a passphrase are wrong',
  4: 'a host cannot be reached, refuses the login, or shows another key than it should',
  5: 'sudo refuses',
} as const;

/** `a, b` as two words. Of a text without any, which a shell makes of a variable that is not set, it never makes "all". */
export function list(value: string): readonly string[] {
  const items = value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length > 0) return items;
  throw new InvalidArgumentError(
    'expected at least one name; where it comes from a variable of the shell, that is not set.',
  );
}

function fingerprints(value: string, previous: readonly string[] = []): readonly string[] {
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(value))
    throw new InvalidArgumentError('expected SHA256: and 43 characters, as `ssh-keygen -lf` prints it.');
  return [...previous, value];
}
