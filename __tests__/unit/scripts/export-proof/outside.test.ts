import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { ec2Layout } from '../../../../provision/roles/layout';
import type { Finding } from '../../../../scripts/export-proof/judge';
import type { ProofSubject } from '../../../../scripts/export-proof/look-at';
import { findOutside } from '../../../../scripts/export-proof/outside';
import { configText } from '../../../helpers/config-text';
import { migrationOf, outputsOf } from '../../../helpers/host-plays';
import { localTransport } from '../../../helpers/local-transport';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const signal = new AbortController().signal;

async function foundBeside(...linked: readonly string[]): Promise<readonly string[]> {
  return (await findingsBeside(linked)).map(({ path }) => path).toSorted();
}

async function findingsBeside(
  linked: readonly string[],
  config = configText(),
  root = folder(),
): Promise<readonly Finding[]> {
  const connection = new ShellConnection(localTransport(), 'login');
  const outputs = outputsOf({ address: '127.0.0.1', username: 'ec2-user' });
  const [association] = outputs.associations;
  if (association === undefined) throw new Error('no association');
  const subject: ProofSubject = {
    migration: migrationOf(config),
    outputs: { ...outputs, associations: linked.map((path) => ({ ...association, file_system_path: path })) },
    connection,
    layout: { ...ec2Layout, standInForMount: root },
    account: {} as ProofSubject['account'],
  };
  try {
    return await findOutside(subject, signal);
  } finally {
    await connection.close();
  }
}

const inStaging = (path: string) => `.sluice-staging/${path}`;

function file(path: string): void {
  mkdirSync(dirname(join(folder(), path)), { recursive: true });
  writeFileSync(join(folder(), path), '');
}

test('names files and links that no association covers, above nested ones too, and no directory', async () => {
  for (const path of ['nasdaq/a', 'a/b/in', 'a/out', 'analysis/2026/results', '.sluice-staging/part']) file(path);
  symlinkSync('nowhere', join(folder(), 'link'));
  mkdirSync(join(folder(), 'empty'));
  expect(await foundBeside('/nasdaq', '/a/b')).toEqual(['a/out', 'analysis/2026/results', 'link']);
});

test('takes the path of an association for itself, whatever it means to find(1)', async () => {
  for (const path of ['a[bc]*/in', 'ab/out', 'nasdaq2/out']) file(path);
  expect(await foundBeside('/a[bc]*', '/nasdaq')).toEqual(['ab/out', 'nasdaq2/out']);
});

test('of a source that gives a file only once, parts in staging count, and nothing else in it', async () => {
  for (const path of ['nasdaq/a', 'out', ...['parts/a~1~2', 'safe/a~1~2', 'lock', 'boot-id'].map(inStaging)])
    file(path);
  const readOnce = configText().replace('source:\n', 'source:\n  access: READ_ONCE\n');
  const findings = await findingsBeside(['/nasdaq'], readOnce);
  expect(findings.toSorted((a, b) => a.path.length - b.path.length)).toEqual([
    { kind: 'neverExportable', path: 'out', reason: 'it lies outside every association' },
    { kind: 'neverExportable', path: inStaging('parts/a~1~2'), reason: expect.stringContaining('never published') },
  ]);
  expect(await foundBeside('/nasdaq')).toEqual(['out']);
});

test('a look that fails is none that found nothing', async () => {
  const gone = join(folder(), 'gone');
  await expect(findingsBeside(['/nasdaq'], configText(), gone)).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringContaining(gone),
  });
});

test('of very many files some hundreds are named', async () => {
  for (let count = 0; count < 500; count += 1) file(`out/${count}-${'x'.repeat(200)}`);
  const found = await foundBeside('/nasdaq');
  expect(found.length).toBeGreaterThan(100);
  expect(found.every((path) => path.startsWith('out/'))).toBe(true);
});

test('finds nothing outside where the whole file system is linked', async () => {
  file('a');
  expect(await foundBeside('/')).toEqual([]);
});
