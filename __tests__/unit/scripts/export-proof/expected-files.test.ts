import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectedFiles } from '../../../../scripts/export-proof/expected-files';
import type { ProofSubject } from '../../../../scripts/export-proof/look-at';
import { sealProof } from '../../../../scripts/export-proof/proof';
import { subjectOf } from '../../../helpers/played-proof';
import { proofClaims } from '../../../helpers/proof-claims';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const report = { counts: { filesTransferred: 7, filesUnchanged: 4 } };
const expected = (subject: ProofSubject) => expectedFiles(subject, join(folder(), 'proof.json'));

test('nobody counted: unknown', async () => {
  expect(await expected(subjectOf({ exported: 0 }))).toBeUndefined();
  writeFileSync(join(folder(), 'proof.json'), 'no proof');
  expect(await expected(subjectOf({ exported: 0 }))).toBeUndefined();
});

test("the newest run's, or the last proof's where it has more", async () => {
  expect(await expected(subjectOf({ exported: 0, report }))).toBe(11);
  const counted = (files: number) => sealProof({ ...proofClaims, counts: { ...proofClaims.counts, files } });
  writeFileSync(join(folder(), 'proof.json'), JSON.stringify(counted(12)));
  expect(await expected(subjectOf({ exported: 0, report }))).toBe(12);
  writeFileSync(join(folder(), 'proof.json'), JSON.stringify(counted(3)));
  expect(await expected(subjectOf({ exported: 0, report }))).toBe(11);
  expect(await expected(subjectOf({ exported: 0 }))).toBe(3);
});

test('not those of another file system, nor a run that saw one of several associations', async () => {
  const subject = subjectOf({ exported: 0, report });
  const { associations, file_system: fileSystem } = subject.outputs;
  const two = { ...subject.outputs, associations: [...associations, ...associations] };
  expect(await expected({ ...subject, outputs: two })).toBeUndefined();
  writeFileSync(join(folder(), 'proof.json'), JSON.stringify(sealProof(proofClaims)));
  expect(await expected({ ...subject, outputs: two })).toBe(3);
  const other = { ...two, file_system: { ...fileSystem, id: 'fs-0fedcba9876543210' } };
  expect(await expected({ ...subject, outputs: other })).toBeUndefined();
});
