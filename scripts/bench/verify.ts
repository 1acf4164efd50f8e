/** Compares what a tool brought with the source: content byte for byte, then what else is worth keeping. */
import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

export interface Verdict {
  /** Missing, superfluous, or other content: the first of them. Undefined where all is there. */
  readonly wrong: string | undefined;
  /** Whether modification times and permissions came along. */
  readonly keepsTimes: boolean;
  readonly keepsModes: boolean;
}

const blockBytes = 1024 * 1024;

export function verifyTree(expectedRoot: string, actualRoot: string): Verdict {
  const blocks = [Buffer.alloc(blockBytes), Buffer.alloc(blockBytes)] as const;
  let wrong: string | undefined;
  let keepsTimes = true;
  let keepsModes = true;
  const compare = (path: string): void => {
    const names = readdirSync(join(expectedRoot, path)).sort();
    const found = readdirSync(join(actualRoot, path)).sort();
    if (names.join('/') !== found.join('/')) wrong ??= `${path}: other names`;
    if (wrong !== undefined) return;
    for (const name of names) {
      const below = join(path, name);
      const expected = lstatSync(join(expectedRoot, below));
      const actual = lstatSync(join(actualRoot, below));
      if (expected.isDirectory()) {
        compare(below);
        continue;
      }
      keepsTimes &&= Math.floor(expected.mtimeMs / 1000) === Math.floor(actual.mtimeMs / 1000);
      keepsModes &&= expected.mode === actual.mode;
      if (!isSameContent(join(expectedRoot, below), join(actualRoot, below), blocks))
        wrong ??= `${below}: other content`;
    }
  };
  compare('');
  return { wrong, keepsTimes, keepsModes };
}

function isSameContent(a: string, b: string, [blockA, blockB]: readonly [Buffer, Buffer]): boolean {
  const fds = [openSync(a, 'r'), openSync(b, 'r')] as const;
  try {
    for (;;) {
      const countA = readSync(fds[0], blockA);
      const countB = readSync(fds[1], blockB);
      if (countA !== countB || blockA.compare(blockB, 0, countB, 0, countA) !== 0) return false;
      if (countA === 0) return true;
    }
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}
