/** `sluice verify`: is everything in S3? The answer as a table, and as a file that `sluice destroy` asks for. */
import { type Command, Option } from 'commander';
import { exitCodes } from '../../provision/core/errors';
import type { Reporter } from '../../provision/core/reporter';
import type { CliContext } from '../context';
import type { ProofEvent } from '../export-proof/events';
import { endHelp } from '../help-end';
import { moreThanNone } from '../option-values';
import { type OneHostOptions, withOneHostOptions } from '../provision/host-options';
import { sleep } from '../sleep';

interface Options extends Omit<OneHostOptions, 'wait'> {
  /** False: not for the host (--no-wait). `export`: for FSx too. */
  readonly wait: boolean | 'export';
  readonly source: boolean;
  readonly nudge?: true;
  readonly timeout: number;
  readonly interval: number;
  readonly metadata?: true;
  readonly readObjects?: true;
  readonly json?: true;
  readonly events?: true;
}

export function registerVerifyExport(verify: Command, context: CliContext): void {
  const command = withOneHostOptions(verify.command('export', { isDefault: true }))
    .description(
      'Is it all in S3? Compares source, file system and bucket, file by file; exit code 1 where anything is not proven.',
    )
    .addOption(new Option('--wait', 'look again until nothing is left to be exported').preset('export'))
    .option('--timeout <minutes>', 'how long --wait goes on', moreThanNone('minutes'), 240)
    .option('--interval <seconds>', 'at least so long between two looks', moreThanNone('seconds', 86_400), 30)
    .option('--nudge', 'ask FSx to export what stays behind (lfs hsm_archive)')
    .option('--no-source', 'leave the SFTP server alone: compare file system and bucket only')
    .option('--metadata', 'ask every object for its metadata, not only those in doubt: one request each')
    .option('--read-objects', 'read every object and compare SHA-256 with what was pulled: all bytes cross the network')
    .addOption(new Option('--json', 'print the proof as JSON').conflicts('events'))
    .option('--events', 'print events, one JSON object a line, and {type: "proof", proof} last')
    .action((options: Options) => verifyExport(context, options));
  endHelp(command, {
    exitCodes: {
      0: 'proven',
      1: 'not proven, or it cannot be looked at',
      3: 'configuration, or no credentials of AWS',
      4: 'the host, the source or AWS cannot be reached',
      5: 'the file system is not mounted, the host is provisioned for another configuration, or sudo refuses',
    },
  });
}

async function verifyExport(context: CliContext, options: Options): Promise<void> {
  const { dirname, join } = await import('node:path');
  const { expectedFiles } = await import('../export-proof/expected-files');
  const { onProofSubject } = await import('../export-proof/on-proof-subject');
  const { proveExport } = await import('../export-proof/prove');
  const { checkHandedOver, credentialsToHandOver } = await import('../pull/hand-over');
  const { writeProof } = await import('../export-proof/proof-file');
  const { proofTable } = await import('../render/export-proof');
  const { renderProof } = await import('../render/proof-progress');
  const { usesColor } = await import('../render/color');

  const print = (value: unknown) => void context.stdout.write(`${JSON.stringify(value)}\n`);
  const renderer = renderProof(context.stderr, {
    color: usesColor(context, context.stderr),
    nudges: options.nudge === true,
    waits: options.wait === 'export',
  });
  const reporter: Reporter<ProofEvent> = options.events === true ? print : renderer.report;
  const connecting = options.events === true ? {} : { onConnect: renderer.connecting, onWait: renderer.note };
  const login = { ...options, wait: options.wait !== false, ...connecting };
  const onUnread = (message: string) => reporter({ type: 'warning', message });
  await onProofSubject(context, { login, onUnread }, async (subject, proofFile) => {
    const { connection, migration } = subject;
    if (options.source) await checkHandedOver(connection, credentialsToHandOver(migration), handsOver);
    const proof = await proveExport(subject, {
      depth: options.readObjects === true ? 'content' : options.metadata === true ? 'metadata' : 'listing',
      withSource: options.source,
      nudge: options.nudge === true,
      ...(options.wait === 'export' && {
        wait: { timeoutMs: options.timeout * 60_000, intervalMs: options.interval * 1000 },
      }),
      findingsFile: join(dirname(proofFile), 'findings.ndjson'),
      expectedFiles: await expectedFiles(subject, proofFile),
      reporter,
      now: context.now,
      sleep: (durationMs) => sleep(durationMs, context.signal),
      signal: context.signal,
    });
    await writeProof(proofFile, proof);
    renderer.finish();
    if (options.events === true) print({ type: 'proof', proof });
    else if (options.json === true) print(proof);
    else context.stdout.write(proofTable(proof, { file: proofFile, color: usesColor(context, context.stdout) }));
    context.setExitCode(proof.result === 'proven' ? exitCodes.ok : exitCodes.failed);
  }).finally(renderer.finish);
}

const handsOver =
  'npx sluice pull start --credentials-stdin hands it over, and starts a run; --no-source leaves the source out';
