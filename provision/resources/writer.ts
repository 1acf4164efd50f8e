/** The Writer over a connection. Only the engine's apply pass makes one. */
import type { Connection } from '../connection/connection';
import { rebootHost } from '../connection/reboot';
import { SluiceError } from '../core/errors';
import { hostTroubleIn } from '../core/host-trouble';
import type { Command } from '../core/sh';
import type { Writer } from './resource';

export function hostWriter(connection: Connection): Writer {
  return {
    async run(command, options = {}) {
      const result = await connection.exec(command, options);
      const stdout = result.stdout.toString('utf8');
      if (result.exitCode !== 0)
        throw new CommandFailed(
          command,
          result.exitCode,
          tail(result.stderr.trim() || stdout.trim()),
          tail(stdout.trim()),
        );
      return stdout;
    },
    put: (content, path, options) => connection.put(content, path, options),
    reboot: () => rebootHost(connection),
  };
}

const keptCharacters = 2_000;

/** A command that did not exit with 0; `output` is the end of what it said, of its standard error where there is any. */
export class CommandFailed extends SluiceError {
  constructor(
    command: Command,
    readonly exitCodeOfCommand: number,
    readonly output: string,
    readonly stdout = '',
  ) {
    super(`\`${command.text}\` ended with ${exitCodeOfCommand}${output === '' ? '' : `: ${output}`}`, {
      code: 'COMMAND_FAILED',
      hint:
        hostTroubleIn(output)?.fix ??
        'run the same command on the host as root, which may say more, mend what it says, and run this again',
    });
  }
}

function tail(text: string): string {
  return text.length > keptCharacters ? `...${text.slice(-keptCharacters)}` : text;
}
