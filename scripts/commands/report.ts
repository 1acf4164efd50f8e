/** `sluice report`: one self-contained HTML page of a run, or of all of a state directory. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { version } from '../../package.json';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { formatBytes } from '../../provision/core/units';
import type { CliContext } from '../context';
import type { Proof } from '../export-proof/proof';
import { defaultStateFolder, findRuns, newestFirst } from '../report/run-folders';

interface Options {
  readonly out: string;
  readonly all?: boolean;
  readonly proof?: string;
}

export function registerReport(program: Command, context: CliContext): void {
  program
    .command('report')
    .description('Write one HTML page of a run: outcome, speed, sizes, where the bytes are, failures, costs.')
    .argument('[paths...]', 'run folders, or state directories (default: what `sluice copy` did here)')
    .option('-o, --out <file>', 'the page', 'sluice-report.html')
    .option('--all', 'every run of the state directories, compared, and not only the newest of each')
    .option('--proof <file>', 'what `sluice verify` found in S3, .sluice/<name>/proof.json: shown beside the run')
    .addHelpText(
      'after',
      '\nThe page needs no network and holds no secret, but it names the files. Open it in any browser, or print it.\nExit code 0: written, whatever became of the run. 1: it cannot be read or written. 3: there is no run where you said.',
    )
    .action((paths: readonly string[], options: Options) => report(context, paths, options));
}

async function report(context: CliContext, paths: readonly string[], options: Options): Promise<void> {
  const { collectReport } = await import('../report/collect');
  const { pageHtml } = await import('../report/page-html');
  const { readPageAssets } = await import('../report/page-assets');
  const { defaultPrices } = await import('../plan-review/prices');
  const given = paths.length > 0 ? paths.map((path) => resolve(context.cwd, path)) : [copies(context)];
  const folders = newestFirst(
    given.flatMap((path) => (options.all === true ? findRuns(path) : findRuns(path).slice(0, 1))),
  );
  const assets = await readPageAssets();
  const proof = options.proof === undefined ? undefined : await readProof(resolve(context.cwd, options.proof));
  const data = await collectReport(folders, {
    proof,
    prices: defaultPrices(),
    now: context.now(),
    version,
    onRun: (message) => context.stderr.write(`${message}\n`),
  });
  const html = pageHtml(data, assets);
  const file = resolve(context.cwd, options.out);
  write(file, html);
  const runs = folders.length === 1 ? '1 run' : `${folders.length} runs`;
  context.stdout.write(
    `${file}: ${runs}, ${formatBytes(Buffer.byteLength(html))}\nopen it: ${pathToFileURL(file).href}\n`,
  );
}

/** @throws SluiceError where it is not there, or was changed since it was written. */
async function readProof(file: string): Promise<Proof> {
  const { parseProof } = await import('../export-proof/proof');
  try {
    return parseProof(readFileSync(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError(`the proof cannot be read: ${messageOf(cause)}`, {
      code: 'PROOF_UNREADABLE',
      kind: 'config',
      hint: 'npx sluice verify writes it to .sluice/<name>/proof.json beside the configuration',
      cause,
    });
  }
}

function copies({ env }: CliContext): string {
  return defaultStateFolder(env, env.HOME ?? homedir());
}

/** Whole or not at all. */
function write(file: string, html: string): void {
  const draft = `${file}.part`;
  try {
    writeFileSync(draft, html);
    renameSync(draft, file);
  } catch (cause) {
    throw new SluiceError(`cannot write ${file}: ${messageOf(cause)}`, {
      code: 'REPORT_NOT_WRITTEN',
      hint: 'Name a file in a folder that is there and that you may write to: --out FILE',
      cause,
    });
  }
}
