/** The page of some runs, written as a file: what `sluice report` and `sluice pull report` share. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '../../package.json';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { formatBytes } from '../../provision/core/units';
import type { CliContext } from '../context';
import { type Proof, parseProof } from '../export-proof/proof';
import { defaultPrices } from '../plan-review/prices';
import { usesColor } from '../render/color';
import { type ReportProgress, showReport } from '../render/report-progress';
import { collectReport } from './collect';
import { readPageAssets } from './page-assets';
import { pageHtml } from './page-html';
import { tellLeftOut } from './readable-runs';

export interface ReportOptions {
  /** Relative to the working directory. */
  readonly out: string;
  readonly proof: Proof | undefined;
  /** Where it shows how far it is, and which ends with it. Default: one of its own. */
  readonly progress?: ReportProgress;
}

/** @param folders Of runs, newest first; at least one. @throws SluiceError where none can be read, or the page not be written. */
export async function writeReport(
  context: CliContext,
  folders: readonly string[],
  { out, proof, progress = showReport(context.stderr, { color: usesColor(context, context.stderr) }) }: ReportOptions,
): Promise<void> {
  const file = resolve(context.cwd, out);
  const assets = await readPageAssets();
  const onUnreadable = tellLeftOut(context, progress.note);
  const reading = { reporter: progress.reading, onUnreadable };
  let html: string;
  let count: number;
  try {
    const data = await collectReport(folders, {
      proof,
      prices: defaultPrices(),
      now: context.now(),
      version,
      ...reading,
    });
    count = data.runs.length + data.leftOut;
    progress.writing();
    html = pageHtml(data, assets);
    write(file, html);
  } finally {
    progress.finish();
  }
  const runs = count === 1 ? '1 run' : `${count} runs`;
  context.stdout.write(
    `${file}: ${runs}, ${formatBytes(Buffer.byteLength(html))}\nopen it: ${pathToFileURL(file).href}\n`,
  );
}

/** @param file Absolute. @throws SluiceError where it is not there, or was changed since it was written. */
export function readProof(file: string): Proof {
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

/** Whole or not at all. */
function write(file: string, html: string): void {
  const draft = `${file}.part`;
  try {
    writeFileSync(draft, html);
    renameSync(draft, file);
  } catch (cause) {
    const isFolder = (cause as NodeJS.ErrnoException).code === 'EISDIR';
    discard(draft);
    throw new SluiceError(`cannot write ${file}: ${messageOf(cause)}`, {
      code: 'REPORT_NOT_WRITTEN',
      hint: isFolder
        ? 'That is a folder: name a file in it, --out FOLDER/FILE'
        : 'Name a file in a folder that is there and that you may write to: --out FILE',
      cause,
    });
  }
}

function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // It is a folder, or lies in one that takes no change: then nothing was written either.
  }
}
