/**
 * The trees that are pulled. Written once under the benchmark's folder and kept: a finished tree has a marker beside it. Content is
 * an AES-CTR key stream, so that no compression, hole or deduplication helps anybody.
 */
import { type Cipher, createCipheriv } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../provision/core/errors';

const KiB = 1024;
const MiB = 1024 * KiB;

export interface BenchTree {
  readonly name: 'small' | 'medium' | 'mixed' | 'large' | 'listing' | 'million';
  /** Whether it is listed, not pulled. */
  readonly isListing: boolean;
  /** For the table. */
  readonly title: string;
  readonly path: string;
  readonly entries: number;
  readonly sizeBytes: number;
}

interface TreePlan {
  readonly name: BenchTree['name'];
  readonly title: string;
  readonly files: Iterable<readonly [path: string, sizeBytes: number]>;
}

const seldom = { full: ['million'], quick: ['million', 'medium'] };

/** `quick` makes each tree about a tenth of its size. Without names: all that are asked for often. */
export function writeTrees(folder: string, quick: boolean, names?: readonly string[]): BenchTree[] {
  const all = plans(quick);
  const size = quick ? 'quick' : 'full';
  const unknown = names?.find((name) => all.every((plan) => plan.name !== name));
  if (unknown !== undefined) {
    throw new SluiceError(`--trees: no tree is named "${unknown}"`, {
      code: 'UNKNOWN_TREE',
      kind: 'config',
      hint: `There are ${all.map(({ name }) => name).join(', ')}.`,
    });
  }
  const wanted = all.filter(({ name }) => names?.includes(name) ?? !seldom[size].includes(name));
  return wanted.map((plan) => {
    const path = join(folder, size, plan.name);
    const files = [...plan.files];
    const marker = `${path}.complete`;
    if (!existsSync(marker)) {
      rmSync(path, { recursive: true, force: true });
      writeTree(path, files);
      writeFileSync(marker, '');
    }
    const directories = new Set(files.map(([file]) => dirname(file)));
    const sizeBytes = files.reduce((sum, [, size]) => sum + size, 0);
    const isListing = plan.name === 'listing' || plan.name === 'million';
    return { name: plan.name, isListing, title: plan.title, path, entries: files.length + directories.size, sizeBytes };
  });
}

function plans(quick: boolean): TreePlan[] {
  const part = (count: number) => (quick ? Math.ceil(count / 10) : count);
  return [
    { name: 'small', title: `${part(10_000)} x 10 KiB`, files: files(part(10_000), 100, 10 * KiB) },
    { name: 'medium', title: `${part(200)} x 5 MiB`, files: files(part(200), 20, 5 * MiB) },
    { name: 'mixed', title: `mixed, ${quick ? '0.12' : '1.2'} GiB`, files: mixed(part) },
    { name: 'large', title: `one file, ${quick ? 128 : 1024} MiB`, files: [['large', (quick ? 128 : 1024) * MiB]] },
    { name: 'listing', title: `listing ${part(100_000)} entries`, files: files(part(99_000), 99, 0) },
    { name: 'million', title: `listing ${part(1_000_000)} entries`, files: files(part(999_000), 999, 0) },
  ];
}

function* files(count: number, perDirectory: number, sizeBytes: number): Generator<readonly [string, number]> {
  for (let index = 0; index < count; index += 1) {
    const directory = String(Math.floor(index / perDirectory)).padStart(4, '0');
    yield [`d${directory}/file-${String(index).padStart(6, '0')}.dat`, sizeBytes];
  }
}

/** As vendors' trees are: a few captures, many daily files, thousands of small ones; sizes spread, several levels. */
function* mixed(part: (count: number) => number): Generator<readonly [string, number]> {
  for (let index = 0; index < part(5); index += 1) yield [`capture/${index}/full.pcap`, 100 * MiB + index * 4099];
  for (let index = 0; index < part(300); index += 1) {
    yield [`daily/${index % 12}/day-${index}.csv`, MiB + ((index * 7919 * KiB) % (2 * MiB))];
  }
  for (let index = 0; index < part(6000); index += 1) {
    yield [`reference/${index % 8}/${index % 40}/item-${index}.json`, 2 * KiB + ((index * 104_729) % (40 * KiB))];
  }
}

function writeTree(root: string, entries: readonly (readonly [string, number])[]): void {
  const keyStream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16, 2));
  mkdirSync(root, { recursive: true });
  for (const directory of new Set(entries.map(([path]) => dirname(path)))) {
    mkdirSync(join(root, directory), { recursive: true });
  }
  for (const [index, [path, sizeBytes]] of entries.entries()) {
    writeContent(join(root, path), sizeBytes, keyStream);
    utimesSync(join(root, path), 1_700_000_000 + index, 1_700_000_000 + index);
  }
}

function writeContent(path: string, sizeBytes: number, keyStream: Cipher): void {
  const fd = openSync(path, 'w', 0o640);
  for (let left = sizeBytes; left > 0; left -= MiB) writeSync(fd, keyStream.update(Buffer.alloc(Math.min(MiB, left))));
  closeSync(fd);
}
