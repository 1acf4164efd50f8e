/** `sluice verify`: proofs, apart from what did the work. */
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { registerVerifyHost } from './verify-host';

export function registerVerify(program: Command, context: CliContext): void {
  const verify = program.command('verify').description('Prove that what was done is done.');
  registerVerifyHost(verify, context);
}
