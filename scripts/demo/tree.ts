/**
 * The demo's vendor tree: two years of a market-data feed as vendors lay it out. Large daily captures, thousands of
 * small reference files, empty markers, and the names that break naive tools. Same bytes on every run.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { chmod, mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface TreeFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly mtimeSeconds: number;
}

const kib = 1024;
const mib = 1024 * kib;
const firstDay = Date.UTC(2024, 0, 2) / 1000;
const daySeconds = 86_400;

/** The files of the tree, in the order they are written. */
function* describeTree(): Generator<TreeFile> {
  const symbols = ['AAPL', 'AMZN', 'GOOG', 'META', 'MSFT', 'NFLX', 'NVDA', 'TSLA'];
  for (let day = 0; day < 60; day += 1) {
    const mtimeSeconds = firstDay + day * 12 * daySeconds;
    const date = new Date(mtimeSeconds * 1000).toISOString().slice(0, 10);
    const [year, month] = date.split('-');
    const folder = `itch/${year}/${month}`;
    yield file(`${folder}/S${date.replaceAll('-', '')}-v50.itch.gz`, mib + ((day * 104_729) % (2 * mib)), mtimeSeconds);
    yield file(`${folder}/${date}.done`, 0, mtimeSeconds + 1);
    for (const symbol of symbols) {
      yield file(
        `reference/${symbol}/${date}.csv`,
        2 * kib + ((day * 7919 + symbol.length) % (30 * kib)),
        mtimeSeconds,
      );
    }
  }
  yield file('itch/full-book-2025.itch', 64 * mib, firstDay + 700 * daySeconds);
  yield file('README – bitte lesen.txt', 812, firstDay);
  yield file('corporate actions/日本株/分割 2024.csv', 4 * kib, firstDay);
  yield file('-rf', 17, firstDay);
  yield file('.listing', 3 * kib, firstDay);
  yield { ...file('license/vendor agreement (signed).pdf', 180 * kib, firstDay), mode: 0o444 };
}

function file(path: string, sizeBytes: number, mtimeSeconds: number): TreeFile {
  return { path, sizeBytes, mode: 0o644, mtimeSeconds };
}

/** Writes the tree under `root`, and one empty folder with it. */
export async function writeTree(root: string): Promise<{ files: number; sizeBytes: number }> {
  let files = 0;
  let sizeBytes = 0;
  for (const entry of describeTree()) {
    const path = join(root, entry.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contentOf(entry));
    await utimes(path, entry.mtimeSeconds, entry.mtimeSeconds);
    await chmod(path, entry.mode);
    files += 1;
    sizeBytes += entry.sizeBytes;
  }
  await mkdir(join(root, 'incoming'), { recursive: true });
  return { files, sizeBytes };
}

/** Incompressible bytes that depend on the path alone: an AES-CTR key stream. */
function contentOf({ path, sizeBytes }: TreeFile): Buffer {
  const seed = createHash('sha256').update(path).digest();
  return createCipheriv('aes-128-ctr', seed.subarray(0, 16), seed.subarray(16)).update(Buffer.alloc(sizeBytes));
}
