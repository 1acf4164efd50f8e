import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localTransport } from '../../../../provision/connection/local';
import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { ec2Layout } from '../../../../provision/roles/layout';
import type { ProofSubject } from '../../../../scripts/export-proof/look-at';
import { findOutside } from '../../../../scripts/export-proof/outside';
import { configText } from '../../../helpers/config-text';
import { migrationOf, outputsOf } from '../../../helpers/host-plays';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const signal = new AbortController().signal;

async function foundBeside(...linked: readonly string[]): Promise<readonly string[]> {
  const connection = new ShellConnection(localTransport(), 'login');
  const outputs = outputsOf({ address: '127.0.0.1', username: 'ec2-user' });
  const [association] = outputs.associations;
  if (association === undefined) throw new Error('no association');
  const subject: ProofSubject = {
    migration: migrationOf(configText()),
    outputs: { ...outputs, associations: linked.map((path) => ({ ...association, file_system_path: path })) },
    connection,
    layout: { ...ec2Layout, standInForMount: folder() },
    account: {} as ProofSubject['account'],
  };
  try {
    return (await findOutside(subject, signal)).map(({ path }) => path).toSorted();
  } finally {
    await connection.close();
  }
}

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

test('finds nothing outside where the whole file system is linked', async () => {
  file('a');
  expect(await foundBeside('/')).toEqual([]);
});
