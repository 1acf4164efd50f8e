/** One line of the table: what a server does, which servers can be made to do it, and what the pull makes of it. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareTrees } from '../../../helpers/pull-tree';
import type { BackendName, Bench } from './backends';

export interface Case {
  readonly name: string;
  /** Default: every one. */
  readonly on?: readonly BackendName[];
  /** Why not the others. */
  readonly because?: string;
  readonly run: (bench: Bench) => Promise<void>;
}

export const everywhere: readonly BackendName[] = ['OpenSSH', 'ProFTPD', 'scripted'];

export function write(bench: Bench, path: string | Buffer, content: string | Buffer = 'content'): void {
  const at = Buffer.concat([Buffer.from(`${bench.root}/`), Buffer.from(path as string)]);
  mkdirSync(dirname(at.toString()), { recursive: true });
  writeFileSync(at, content);
  utimesSync(at, 1_500_000_000, 1_500_000_000);
}

/** Bytes in which a piece in the wrong place shows. */
export function numbered(sizeBytes: number): Buffer {
  const content = Buffer.alloc(sizeBytes);
  for (let offset = 0; offset + 4 <= sizeBytes; offset += 4) content.writeUInt32BE(offset, offset);
  return content;
}

/** Presence, type and content; times and modes are `servers.test.ts`'s. */
export function expectSameFiles(bench: Bench): void {
  const { differences } = compareTrees(bench.root, bench.out);
  expect(differences.filter((each) => !/: (time|mode)$/.test(each))).toEqual([]);
}

export function outPath(bench: Bench, name: string): string {
  return join(bench.out, name);
}
