import { mkdirSync, writeFileSync } from 'node:fs';
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
  await file.close();
  const found = [];
  for await (const batch of readFindings(path)) found.push(...batch);
  expect(found).toEqual(['/nasdaq', '/bats', '/bats'].map((association) => ({ association, ...finding })));
});

test('a full disk and a folder that cannot be written are errors of this file', async () => {
  const full = await FindingsFile.create('/dev/full');
  await expect(full.write('/nasdaq', [finding])).rejects.toMatchObject({
    code: 'FINDINGS_UNWRITABLE',
    message: expect.stringMatching(/^cannot write \/dev\/full: .*ENOSPC/),
  });
  await full.close();
  writeFileSync(join(temporary(), 'file'), '');
  await expect(FindingsFile.create(join(temporary(), 'file/findings.ndjson'))).rejects.toMatchObject({
    code: 'FINDINGS_UNWRITABLE',
  });
});
