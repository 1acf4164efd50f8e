/** docs/failures.md names every code that the engine can tell, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const engine = join(root, 'provision/pull');
const code = /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g;

/** Literals where a code is given: `code: ...`, the code of a refused entry, a constant that holds one. */
function codesOf(text: string): string[] {
  const places = [
    ...text.matchAll(/\bcode: ([^\n]*)/g),
    ...text.matchAll(/\brefused\([^;]*?\);/g),
    ...text.matchAll(/\b\w+Failed = ('[A-Z_]+')/g),
  ];
  return places.flatMap(([whole, group]) =>
    [...(group ?? whole).replace(/=== '\w+'/g, '').matchAll(code)].map((match) => match[1] ?? ''),
  );
}

const sources = readdirSync(engine, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
/** Of what it shares with others, the only one that has a code of its own. */
const shared = '../core/make-directory.ts';
const told = new Set([...sources, shared].flatMap((path) => codesOf(readFileSync(join(engine, path), 'utf8'))));
const fatal = [
  ...(
    /fatalLocalCodes = new Set\(\[(.*?)\]\)/s.exec(readFileSync(join(engine, 'record/outcomes.ts'), 'utf8'))?.[1] ?? ''
  ).matchAll(code),
];
const wanted = [...told, ...fatal.map((match) => match[1] ?? '')].filter((name) => name !== 'FAILED');
const rows = readFileSync(join(root, 'docs/failures.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'));
const explained = rows.flatMap((row) =>
  [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map((match) => match[1] ?? ''),
);

test('the engine has codes, and they are found', () => {
  expect(wanted).toEqual(
    expect.arrayContaining(['BAD_NAME', 'HOST_KEY_UNKNOWN', 'SSH_AGENT_FAILED', 'SFTP_FAILURE', 'ENOSPC']),
  );
});

test('each has its row in docs/failures.md: what it means and what to do', () => {
  expect(wanted.filter((name) => !explained.includes(name) && name !== 'UNEXPECTED')).toEqual([]);
});

test('no row is of a code that the engine does not have', () => {
  expect(explained.filter((name) => !wanted.includes(name))).toEqual([]);
});
