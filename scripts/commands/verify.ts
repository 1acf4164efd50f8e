/** `sluice verify`: proofs, apart from what did the work. */
import type { Command } from 'commander';
import { SluiceError } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { registerVerifyExport } from './verify-export';
import { registerVerifyHost } from './verify-host';

export function registerVerify(program: Command, context: CliContext): void {
  const verify = program
    .command('verify')
    .description(
      'Prove that what was done is done: that all of it is in S3 (`sluice verify`), that a host is as it shall be.',
    );
  endHelp(verify, {
    notes: "`sluice verify` alone is `sluice verify export`; that one's --help lists its options.",
    exitCodes: {
      0: 'proven; of a host, all checks are good',
      1: 'not',
      4: 'the host, the source or AWS cannot be reached',
      5: 'the file system is not mounted, the host is provisioned for another configuration, or sudo refuses',
    },
  });
  registerVerifyExport(verify, context);
  registerVerifyHost(verify, context);
  verify.hook('preSubcommand', refuseUnknown);
}

/** It would go to `export`, as what is meant where none is named, which would call it one argument too many. */
function refuseUnknown({ args: [name = '-'], commands }: Command): void {
  const names = commands.map((command) => command.name());
  if (name.startsWith('-') || names.includes(name)) return;
  throw new SluiceError(`verify has no command ${JSON.stringify(name)}`, {
    code: 'UNKNOWN_COMMAND',
    kind: 'config',
    hint: `write one of ${names.join(', ')}, or none: sluice verify is sluice verify export`,
  });
}
