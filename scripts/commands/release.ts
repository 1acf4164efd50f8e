/** `sluice release`: makes room on the file system; what is in S3 comes back when it is read. */
import type { Command } from 'commander';
import { exitCodes } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { type OneHostOptions, withOneHostOptions } from '../provision/host-options';

interface Options extends OneHostOptions {
  readonly check?: true;
  readonly metadata?: true;
  readonly json?: true;
}

export function registerRelease(program: Command, context: CliContext): void {
  const command = withOneHostOptions(program.command('release'))
    .description(
      'Free the blocks of files that are proven to be in S3 (lfs hsm_release): their names stay, and reading one brings it back.',
    )
    .option('--check', 'show what would be freed, and free nothing; exit code 2 where anything would')
    .option('--metadata', 'ask every object for its metadata first, not only those in doubt')
    .option(
      '--json',
      'print {association, files, bytes, refused, notProven, examples} as JSON, one line an association',
    )
    .action((options: Options) => release(context, options));
  endHelp(command, {
    exitCodes: {
      0: 'freed; with --check: there is nothing to free',
      2: 'with --check: something would be freed',
      3: 'configuration, or no credentials of AWS',
      4: 'the host or AWS cannot be reached',
      5: 'the file system is not mounted, an association is gone or does not work, or sudo refuses',
    },
  });
}

async function release(context: CliContext, options: Options): Promise<void> {
  const { expectedFiles } = await import('../export-proof/expected-files');
  const { onProofSubject } = await import('../export-proof/on-proof-subject');
  const { releaseProven } = await import('../export-proof/release');
  const { releaseLines, renderRelease } = await import('../render/release');
  const { usesColor } = await import('../render/color');

  const isCheck = options.check === true;
  const renderer = renderRelease(context.stderr, { color: usesColor(context, context.stderr), isCheck });
  const login = { ...options, onConnect: renderer.connecting, onWait: renderer.note };
  const onUnread = (message: string) => renderer.note(`warning: ${message}`);
  await onProofSubject(context, { login, onUnread }, async (subject, proofFile) => {
    const { associations } = subject.outputs;
    const depth = options.metadata === true ? 'metadata' : 'listing';
    const expected = associations.length === 1 ? await expectedFiles(subject, proofFile) : undefined;
    let files = 0;
    for (const association of associations) {
      const path = association.file_system_path;
      const reporter = renderer.association(path, { expectedFiles: expected });
      const counts = await releaseProven(subject, association, { isCheck, depth, reporter, signal: context.signal });
      files += counts.files;
      const text =
        options.json === true
          ? `${JSON.stringify({ association: path, ...counts })}\n`
          : releaseLines(path, counts, { isCheck });
      renderer.write(context.stdout, text);
    }
    context.setExitCode(isCheck && files > 0 ? exitCodes.changesPending : exitCodes.ok);
  }).finally(renderer.finish);
}
