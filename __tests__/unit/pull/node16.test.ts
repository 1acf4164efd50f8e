/**
 * The agent runs on Node.js 16 where a host's C library takes nothing newer. The bundler lowers syntax, not what the library offers:
 * these came later (nodejs.org/docs, "History" of each).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const later = [
  'structuredClone',
  'Array.fromAsync',
  'findLast',
  'toSorted',
  'toReversed',
  'Object.groupBy',
  'Promise.withResolvers',
  'AbortSignal.any',
  'AbortSignal.timeout',
  'AbortSignal.abort',
  'throwIfAborted',
  'asyncDispose',
  'Symbol.dispose',
  'fetch(',
  'fs.statfs',
  'statfsSync',
  'fs.cp',
  'parseArgs',
  'hasOwn(',
  'node:test',
  'node:sqlite',
  'hash(',
];

const root = join(__dirname, '../../..');
const files = ['provision/core', 'provision/pull'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files)('%s uses nothing newer than Node.js 16', (file) => {
  const code = readFileSync(join(root, file), 'utf8').replace(/createHash\(/g, '');
  expect(later.filter((name) => new RegExp(`(?<![\\w])${name.replace(/[.()]/g, '\\$&')}`).test(code))).toEqual([]);
});
