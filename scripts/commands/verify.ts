/** `sluice verify`: proofs, apart from what did the work. */
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { registerVerifyExport } from './verify-export';
import { registerVerifyHost } from './verify-host';

export function registerVerify(program: Command, context: CliContext): void {
  const verify = program
    .command('verify')
    .description(
      'Prove that what was done is done: that all of it is in S3 (`sluice verify`), that a host is as it shall be.',
    )
    .addHelpText('after', "\n`sluice verify` alone is `sluice verify export`; that one's --help lists its options.");
  registerVerifyExport(verify, context);
  registerVerifyHost(verify, context);
}
