import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FindingsFile, readFindings } from '../../../../scripts/export-proof/findings-file';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const temporary = useTemporaryFolder();
const finding = { kind: 'missing', path: 'a\nb', reason: 'it has no object' } as const;

test('what is written comes back, and nothing of what was there before', async () => {
  const path = join(temporary(), 'state/findings.ndjson');
  mkdirSync(join(temporary(), 'state'));
  writeFileSync(path, 'older\n'.repeat(100));
  const file = await FindingsFile.create(path);
  await file.write('/nasdaq', [finding]);
  await file.write('/nasdaq', []);
  await file.write('/bats', [finding, finding]);
  await file.finish();
  const found = [];
  for await (const batch of readFindings(path)) found.push(...batch);
  expect(found).toEqual(['/nasdaq', '/bats', '/bats'].map((association) => ({ association, ...finding })));
});

test('one that is not whole leaves the one before as it is, and nothing beside it', async () => {
  const path = join(temporary(), 'findings.ndjson');
  writeFileSync(path, 'older\n');
  const file = await FindingsFile.create(path);
  await file.write('/nasdaq', [finding]);
  await file.discard();
  expect(readFileSync(path, 'utf8')).toBe('older\n');
  expect(readdirSync(temporary())).toEqual(['findings.ndjson']);
});

test('a full disk and a folder that cannot be written are errors of this file', async () => {
  const path = join(temporary(), 'findings.ndjson');
  symlinkSync('/dev/full', `${path}.part`);
  const full = await FindingsFile.create(path);
  await expect(full.write('/nasdaq', [finding])).rejects.toMatchObject({
    code: 'FINDINGS_UNWRITABLE',
    message: expect.stringMatching(/^cannot write .*findings\.ndjson: .*ENOSPC/),
  });
  await full.discard();
  writeFileSync(join(temporary(), 'file'), '');
  await expect(FindingsFile.create(join(temporary(), 'file/findings.ndjson'))).rejects.toMatchObject({
    code: 'FINDINGS_UNWRITABLE',
  });
});
