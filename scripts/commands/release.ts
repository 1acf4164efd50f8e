/** `sluice release`: makes room on the file system; what is in S3 comes back when it is read. */
import type { Command } from 'commander';
import { exitCodes } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { type ConnectionOptions, withConnectionOptions } from '../provision/host-options';

interface Options extends ConnectionOptions {
  readonly check?: true;
  readonly metadata?: true;
  readonly json?: true;
}

export function registerRelease(program: Command, context: CliContext): void {
  withConnectionOptions(program.command('release'))
    .description(
      'Free the blocks of files that are proven to be in S3 (lfs hsm_release): their names stay, and reading one brings it back.',
    )
    .option('--check', 'show what would be freed, and free nothing; exit code 2 where anything would')
    .option('--metadata', 'ask every object for its metadata first, not only those in doubt')
    .option('--json', 'print {association, files, bytes, refused, examples} as JSON, one line an association')
    .action((options: Options) => release(context, options));
}

async function release(context: CliContext, options: Options): Promise<void> {
  const { onFirstHost } = await import('../provision/on-host');
  const { ec2Layout } = await import('../../provision/roles/layout');
  const { formatBytes, formatCount } = await import('../../provision/core/units');
  const { openProofAccount } = await import('../export-proof/account');
  const { releaseProven } = await import('../export-proof/release');
  const { visible } = await import('../render/visible');

  const isCheck = options.check === true;
  const warn = (message: string) => void context.stderr.write(`warning: ${message}\n`);
  await onFirstHost(context, options, async ({ migration, outputs, connection }) => {
    const account = await openProofAccount(outputs.region, warn);
    const subject = { migration, outputs, connection, layout: ec2Layout, account };
    const depth = options.metadata === true ? 'metadata' : 'listing';
    let files = 0;
    try {
      for (const association of outputs.associations) {
        const counts = await releaseProven(subject, association, { isCheck, depth, signal: context.signal });
        files += counts.files;
        const path = association.file_system_path;
        if (options.json === true) {
          context.stdout.write(`${JSON.stringify({ association: path, ...counts })}\n`);
          continue;
        }
        const verb = isCheck ? 'would free' : 'freed';
        context.stdout.write(`${path}: ${verb} ${formatCount(counts.files)} files, ${formatBytes(counts.bytes)}\n`);
        for (const each of counts.examples)
          context.stdout.write(`  kept ${visible(each.path)}: ${visible(each.reason)}\n`);
        if (counts.refused > counts.examples.length)
          context.stdout.write(`  and ${formatCount(counts.refused - counts.examples.length)} more kept\n`);
      }
    } finally {
      account.close();
    }
    context.setExitCode(isCheck && files > 0 ? exitCodes.changesPending : exitCodes.ok);
  });
}
