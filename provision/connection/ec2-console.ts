/**
 * The host keys of an EC2 instance, from where nobody but EC2 and the instance can write: cloud-init prints them to the
 * serial console at first boot (cloud-init, `cc_ssh` / `keys_to_console`), and `aws ec2 get-console-output` reads that.
 */
import { isUnknownCaller, loginHint } from '../core/aws-credentials';
import { messageOf, SluiceError } from '../core/errors';
import { fingerprintOf } from '../core/host-keys';

/**
 * Every SHA256 fingerprint in the blocks that cloud-init prints; none where it has not printed them yet. Lines may carry a
 * prefix (`ec2: `, a kernel time stamp) and end in CR LF, as serial consoles have them.
 */
export function consoleFingerprints(text: string): readonly string[] {
  const printed = block(text, 'FINGERPRINTS').flatMap((line) => /SHA256:[A-Za-z0-9+/]{43}/.exec(line)?.[0] ?? []);
  const ofKeys = block(text, 'KEYS').flatMap((line) => {
    const blob = /(?:ssh|ecdsa)-\S+ (AAAA[A-Za-z0-9+/=]+)/.exec(line)?.[1];
    return blob === undefined ? [] : [fingerprintOf(Buffer.from(blob, 'base64'))];
  });
  return [...new Set([...printed, ...ofKeys])];
}

function block(text: string, name: 'FINGERPRINTS' | 'KEYS'): readonly string[] {
  const title = `SSH HOST KEY ${name}-----`;
  const begin = text.lastIndexOf(`-----BEGIN ${title}`);
  const end = text.indexOf(`-----END ${title}`, begin);
  return begin === -1 || end === -1 ? [] : text.slice(begin, end).split(/\r?\n/);
}

/** Runs a program with these arguments and resolves with its standard output. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

type Instance = { readonly id: string; readonly region: string };

/** Asks EC2 through the AWS CLI. Rejects with CONSOLE_UNREADABLE, or CONSOLE_WITHOUT_KEYS (retryable) while cloud-init has not printed them. */
export async function readConsoleFingerprints(instance: Instance, run: RunProgram): Promise<readonly string[]> {
  const hint = `read the fingerprint by hand and pass it: --host-key SHA256:...`;
  let text: string;
  try {
    text = await consoleOutput(instance, run);
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    const said = messageOf(error);
    throw new SluiceError(`the console output of ${instance.id} cannot be read: ${said}`, {
      code: 'CONSOLE_UNREADABLE',
      kind: isUnknownCaller(said) ? 'config' : 'unreachable',
      hint: `${fixOf(said)}; or ${hint}`,
      cause: error,
    });
  }
  const fingerprints = consoleFingerprints(text);
  if (fingerprints.length > 0) return fingerprints;
  throw new SluiceError(`the console output of ${instance.id} holds no host key fingerprints`, {
    code: 'CONSOLE_WITHOUT_KEYS',
    kind: 'unreachable',
    retryable: true,
    hint: `a new instance prints them within a minute or two; of an old one, ${hint}`,
  });
}

function fixOf(said: string): string {
  if (isUnknownCaller(said)) return loginHint;
  if (said.includes('InvalidInstanceID'))
    return 'where it was terminated, npx sluice plan and apply make another one; else set AWS_PROFILE to the account it is in';
  if (said.includes('ENOENT')) return 'install the AWS CLI';
  return 'the AWS CLI needs ec2:GetConsoleOutput';
}

/** The newest output; of instance types that are not of Nitro EC2 gives only what it kept of the last boot, and refuses `--latest`. */
async function consoleOutput({ id, region }: Instance, run: RunProgram): Promise<string> {
  const kept = ['ec2', 'get-console-output', '--instance-id', id, '--region', region];
  const asText = ['--query', 'Output', '--output', 'text'];
  try {
    return await run('aws', [...kept, '--latest', ...asText]);
  } catch {
    // Whatever else it was (no permission, no AWS CLI) fails again, and is reported.
    return await run('aws', [...kept, ...asText]);
  }
}
