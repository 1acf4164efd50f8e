/** The Writer over a connection. Only the engine's apply pass makes one. */
import type { Connection } from '../connection/connection';
import { SluiceError } from '../core/errors';
import type { Command } from '../core/sh';
import type { Writer } from './resource';

export function hostWriter(connection: Connection): Writer {
  return {
    async run(command, options = {}) {
      const result = await connection.exec(command, options);
      const stdout = result.stdout.toString('utf8');
      if (result.exitCode !== 0) throw commandFailed(command, result.exitCode, result.stderr.trim() || stdout.trim());
      return stdout;
    },
    put: (content, path, options) => connection.put(content, path, options),
  };
}

const keptCharacters = 2_000;

function commandFailed(command: Command, exitCode: number, output: string): SluiceError {
  const tail = output.length > keptCharacters ? `...${output.slice(-keptCharacters)}` : output;
  return new SluiceError(`\`${command.text}\` ended with ${exitCode}${tail === '' ? '' : `: ${tail}`}`, {
    code: 'COMMAND_FAILED',
  });
}
