/** The options of every command that goes to the hosts, in one place: how they are found, reached and known. */
import { type Command, InvalidArgumentError } from 'commander';
import { defaultConfigFile } from '../load-config';

export interface HostOptions {
  readonly config: string;
  readonly outputs?: string;
  readonly limit?: readonly string[];
  readonly identity?: string;
  readonly hostKey?: readonly string[];
  readonly port: number;
  readonly forks: number;
}

export function withHostOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('--outputs <file>', 'what `terraform output -json` printed (default: terraform is asked)')
    .option('--limit <hosts>', 'only these hosts, by name or instance id, separated by commas', list)
    .option('--identity <file>', 'private key to log in with (default: host.ssh.identityFile, else the ssh-agent)')
    .option('--host-key <fingerprint>', 'SHA256:... that the host must present, once for each', fingerprints)
    .option('--port <port>', 'TCP port of SSH', wholeNumber, 22)
    .option('--forks <count>', 'most hosts at one time', wholeNumber, 5);
}

/** `a, b` as two words. */
export function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function fingerprints(value: string, previous: readonly string[] = []): readonly string[] {
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(value))
    throw new InvalidArgumentError('expected SHA256: and 43 characters, as `ssh-keygen -lf` prints it.');
  return [...previous, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new InvalidArgumentError('expected a whole number from 1 to 65535.');
  return number;
}
