/** Trees for the pull to move: many files of many shapes, with modes and times that show when they are lost. */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface TreeOptions {
  /** Ordinary files beside the odd ones. */
  readonly files: number;
}

/** Names that break tools: all valid on Linux and macOS file systems. */
const oddFiles: readonly { readonly path: string; readonly sizeBytes: number; readonly mode?: number }[] = [
  { path: 'empty', sizeBytes: 0 },
  { path: 'one-byte', sizeBytes: 1 },
  { path: 'exactly-32k', sizeBytes: 32_768 },
  { path: 'exactly-255k', sizeBytes: 261_120 },
  { path: 'three-megabytes-and-a-bit', sizeBytes: 3 * 1024 * 1024 + 17 },
  { path: 'odd names/ two  spaces ', sizeBytes: 100 },
  { path: 'odd names/-rf', sizeBytes: 100 },
  { path: 'odd names/--help', sizeBytes: 100 },
  { path: 'odd names/new\nline', sizeBytes: 100 },
  { path: 'odd names/back\\slash', sizeBytes: 100 },
  { path: 'odd names/größe', sizeBytes: 100 },
  { path: 'odd names/日本語/データ', sizeBytes: 100 },
  { path: 'odd names/*?[]{}$`\'"', sizeBytes: 100 },
  { path: 'odd names/.hidden', sizeBytes: 100 },
  { path: 'odd names/...', sizeBytes: 100 },
  { path: `odd names/${'n'.repeat(255)}`, sizeBytes: 100 },
  { path: 'modes/read-only', sizeBytes: 5000, mode: 0o444 },
  { path: 'modes/private', sizeBytes: 5000, mode: 0o600 },
  { path: 'modes/program', sizeBytes: 5000, mode: 0o755 },
  { path: 'modes/read-only empty', sizeBytes: 0, mode: 0o400 },
  { path: 'read-only folder/file', sizeBytes: 300, mode: 0o444 },
  { path: 'read-only folder/deeper/file', sizeBytes: 300, mode: 0o444 },
];

const emptyDirectories = ['nothing', 'hollow/of/everything', 'odd names/ '];
const readOnlyDirectories = ['read-only folder/deeper', 'read-only folder'];

export function buildTree(root: string, options: TreeOptions): void {
  mkdirSync(root, { recursive: true });
  for (const path of emptyDirectories) mkdirSync(join(root, path), { recursive: true });
  for (const { path, sizeBytes, mode } of oddFiles) writeTreeFile(root, path, { sizeBytes, mode: mode ?? 0o644 });
  for (let index = 0; index < options.files; index += 1) {
    const path = `many/${index % 7}/${index % 53}/file-${index}`;
    writeTreeFile(root, path, { sizeBytes: (index * 37) % 4096, mode: index % 5 === 0 ? 0o640 : 0o644 });
  }
  for (const path of readOnlyDirectories) chmodSync(join(root, path), 0o555);
  setDirectoryTimes(root);
}

/** Content that depends on name and position, so that a byte in the wrong place shows. */
export function contentOf(path: string, sizeBytes: number): Buffer {
  const seed = createHash('sha512').update(path).digest();
  const content = Buffer.alloc(sizeBytes);
  for (let offset = 0; offset < sizeBytes; offset += 1)
    content[offset] = (seed[offset % 61] ?? 0) ^ ((offset >> 8) & 0xff);
  return content;
}

export function writeTreeFile(root: string, path: string, options: { sizeBytes: number; mode: number }): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contentOf(path, options.sizeBytes));
  chmodSync(file, options.mode);
  const mtime = timeOf(path);
  utimesSync(file, mtime, mtime);
}

/** Lets a tree with read-only folders be removed by an ordinary user. */
export function makeRemovable(root: string): void {
  for (const entry of readdirSync(root)) {
    const path = join(root, entry);
    if (!lstatSync(path).isDirectory()) continue;
    chmodSync(path, 0o755);
    makeRemovable(path);
  }
}

/** Some whole second between 2001 and 2033, by name. */
function timeOf(path: string): number {
  return 1_000_000_000 + (createHash('sha256').update(path).digest().readUInt32BE(0) % 1_000_000_000);
}

function setDirectoryTimes(root: string, relative = ''): void {
  for (const entry of readdirSync(join(root, relative))) {
    const path = relative === '' ? entry : `${relative}/${entry}`;
    if (!lstatSync(join(root, path)).isDirectory()) continue;
    setDirectoryTimes(root, path);
    utimesSync(join(root, path), timeOf(path), timeOf(path));
  }
}

export interface TreeComparison {
  readonly files: number;
  readonly sizeBytes: number;
  /** One line a difference. */
  readonly differences: readonly string[];
}

/** Compares presence, type, content, permissions and times in whole seconds; the roots' own are not compared. */
export function compareTrees(expected: string, actual: string): TreeComparison {
  const differences: string[] = [];
  let files = 0;
  let sizeBytes = 0;
  const compare = (relative: string): void => {
    const names = readdirSync(join(expected, relative));
    const extra = readdirSync(join(actual, relative)).filter((name) => !names.includes(name));
    differences.push(...extra.map((name) => `${join(relative, name)}: not in the source`));
    for (const name of names) {
      const path = join(relative, name);
      const wanted = lstatSync(join(expected, path));
      const found = lstatSync(join(actual, path), { throwIfNoEntry: false });
      if (found === undefined || found.isDirectory() !== wanted.isDirectory() || found.isFile() !== wanted.isFile()) {
        differences.push(`${path}: missing, or of another type`);
        continue;
      }
      if (Math.floor(found.mtimeMs / 1000) !== Math.floor(wanted.mtimeMs / 1000)) differences.push(`${path}: time`);
      if ((found.mode & 0o777) !== (wanted.mode & 0o777)) differences.push(`${path}: mode`);
      if (wanted.isDirectory()) compare(path);
      else {
        files += 1;
        sizeBytes += wanted.size;
        if (!readFileSync(join(actual, path)).equals(readFileSync(join(expected, path))))
          differences.push(`${path}: content`);
      }
    }
  };
  compare('');
  return { files, sizeBytes, differences };
}
