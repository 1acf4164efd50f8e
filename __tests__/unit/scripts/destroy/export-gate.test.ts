import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertExported, type ExportGate } from '../../../../scripts/destroy/export-gate';
import { type ProofClaims, sealProof } from '../../../../scripts/export-proof/proof';
import { builtOf } from '../../../../scripts/state/built';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

const claims: ProofClaims = {
  version: 1,
  migration: 'market-data',
  createdAt: '2026-11-24T09:00:00.000Z',
  fileSystem: { id: 'fs-1', region: 'us-east-1', lifecycle: 'AVAILABLE' },
  associations: [{ id: 'dra-1', fileSystemPath: '/nasdaq', dataRepositoryPath: 's3://example/nasdaq' }],
  counts: {
    files: 606,
    bytes: 3 * 1024 ** 2,
    missing: 0,
    different: 0,
    extra: 0,
    unarchived: 0,
    neverExportable: 0,
    notPulled: 0,
  },
  source: null,
  bucket: { objects: 0, bytes: 0 },
  depth: 'listing',
  exportQueue: { oldestMessageAgeSeconds: null, failures: 0 },
};

const fileSystem = { type: 'aws_fsx_lustre_file_system', name: 'file_system', attributes: { id: 'fs-1' } };
const association = (id: string) => ({ type: 'aws_fsx_data_repository_association', name: id, attributes: { id } });

/** Three hours after the proof. */
function gate(differences: Partial<ExportGate> = {}): ExportGate {
  return {
    built: [fileSystem, association('dra-1')],
    migration: 'market-data',
    region: 'us-east-1',
    proofFile: join(folder(), 'proof.json'),
    cwd: folder(),
    maxAgeHours: 24,
    now: () => new Date('2026-11-24T12:00:00Z'),
    isThere: async () => true,
    writtenSince: async () => 0,
    exportQueueAge: async () => null,
    failuresSince: async () => [],
    ...differences,
  };
}

function given(differences: Partial<ProofClaims> = {}) {
  writeFileSync(join(folder(), 'proof.json'), JSON.stringify(sealProof({ ...claims, ...differences })));
}

test('opens for a proof of this very file system, and says what is proven and how long ago', async () => {
  given();
  await expect(assertExported(gate())).resolves.toBe(
    'fs-1 is exported: 606 files, 3.0 MiB, proven 3h 00m ago (proof.json)',
  );
});

test('stays shut for a file system that no proof is of: deposed beside ours, of another kind, or alone', async () => {
  given();
  const instances = [{ attributes: { id: 'fs-1' } }, { deposed: '5a1b2c3d', attributes: { id: 'fs-9' } }];
  const resource = { mode: 'managed', type: fileSystem.type, name: fileSystem.name, instances };
  const efs = { type: 'aws_efs_file_system', name: 'scratch', attributes: { id: 'fs-9' } };
  for (const built of [builtOf(JSON.stringify({ resources: [resource] })), [fileSystem, efs], [efs]]) {
    await expect(assertExported(gate({ built }))).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(/fs-9$/),
      hint: expect.stringMatching(/state rm.*--abandon-unexported/),
    });
  }
});

test('asks for what was written since the proof, of the file system that it is of', async () => {
  given();
  const writtenSince = jest.fn(async () => 0);
  await assertExported(gate({ writtenSince }));
  expect(writtenSince).toHaveBeenCalledWith('fs-1', new Date(claims.createdAt));
});

test('needs no proof where there is no file system', async () => {
  await expect(assertExported(gate({ built: [] }))).resolves.toBe('');
});

test.each<[string, Partial<ProofClaims>, Partial<ExportGate>, RegExp]>([
  ['of another migration', { migration: 'other' }, {}, /it is of the migration other$/],
  ['of another file system', { fileSystem: { ...claims.fileSystem, id: 'fs-2' } }, {}, /it is of fs-2$/],
  [
    'of another region',
    { fileSystem: { ...claims.fileSystem, region: 'eu-west-1' } },
    {},
    /it is of eu-west-1, and the region in the configuration is us-east-1$/,
  ],
  [
    'without an association that exists',
    {},
    { built: [fileSystem, association('dra-1'), association('dra-2')] },
    /says nothing of dra-2$/,
  ],
  ['of a difference', { counts: { ...claims.counts, unarchived: 2 } }, {}, /2 not archived, or changed since$/],
  ['too old', {}, { maxAgeHours: 2 }, /it is 3h 00m old, and --max-proof-age is 2 hours$/],
  ['of the future', { createdAt: '2026-11-24T12:02:00.000Z' }, {}, /yet to come$/],
  [
    'older than a write',
    {},
    { writtenSince: async () => 2048 },
    /2\.0 KiB were written since, or just before, in the minute it began in$/,
  ],
])('stays shut for a proof %s', async (_, proof, differences, why) => {
  given(proof);
  await expect(assertExported(gate(differences))).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(why),
    hint: expect.stringContaining('--abandon-unexported'),
  });
});

test('stays shut while CloudWatch cannot know yet what was written since, and says how long', async () => {
  given();
  const writtenSince = jest.fn(async () => 0);
  const soon = (seconds: number) =>
    gate({ now: () => new Date(Date.parse(claims.createdAt) + seconds * 1000), writtenSince });
  await expect(assertExported(soon(50))).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/what was written since does not show yet in CloudWatch$/),
    hint: 'run this again in 2m 10s, with the same proof',
  });
  expect(writtenSince).not.toHaveBeenCalled();
  await expect(assertExported(soon(180))).resolves.toMatch(/^fs-1 is exported/);
});

test('stays shut where FSx does not show the file system: CloudWatch would know of no write to it', async () => {
  given();
  const writtenSince = jest.fn(async () => 0);
  await expect(assertExported(gate({ isThere: async () => false, writtenSince }))).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/FSx shows no fs-1 in us-east-1, so nobody can say what was written since$/),
    hint: expect.stringContaining('get-caller-identity'),
  });
  expect(writtenSince).not.toHaveBeenCalled();
});

test('stays shut while FSx has changes to export: a rename writes no byte', async () => {
  given();
  await expect(assertExported(gate({ exportQueueAge: async () => 90 }))).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/FSx has changes still to export, renames for one; the oldest waits 1m 30s$/),
    hint: expect.stringContaining('verify --wait'),
  });
  await expect(assertExported(gate({ exportQueueAge: async () => 0 }))).resolves.toMatch(/^fs-1 is exported/);
});

test('stays shut where FSx failed since the proof, and asks the log group of FSx alone', async () => {
  given();
  const failed = (name: string) => ({
    code: 'PathSizeTooLong',
    message: `Failed to export ${name}`,
    time: new Date(0),
  });
  const failuresSince = jest.fn(async () => [failed('a'), failed('b')]);
  const logGroup = (name: string) => ({ type: 'aws_cloudwatch_log_group', name, attributes: { name } });
  const built = [fileSystem, association('dra-1')];
  await expect(assertExported(gate({ built: [...built, logGroup('/other')], failuresSince }))).resolves.not.toBe('');
  expect(failuresSince).not.toHaveBeenCalled();
  const logged = gate({ built: [...built, logGroup('/other'), logGroup('/aws/fsx/m')], failuresSince });
  await expect(assertExported(logged)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/FSx logged 2 failures since, the newest: Failed to export b$/),
    hint: expect.stringContaining('npx sluice verify'),
  });
  const since = new Date(claims.createdAt);
  expect(failuresSince).toHaveBeenCalledWith({ logGroup: '/aws/fsx/m', fileSystemId: 'fs-1', since });
});

test('stays shut where there is no proof, and for one that was edited', async () => {
  await expect(assertExported(gate())).rejects.toMatchObject({
    exitCode: 5,
    message: 'nothing proves that fs-1 is exported: there is no proof.json',
  });
  writeFileSync(
    join(folder(), 'proof.json'),
    JSON.stringify({ ...sealProof(claims), createdAt: '2026-11-24T11:00:00Z' }),
  );
  await expect(assertExported(gate())).rejects.toMatchObject({ exitCode: 5, code: 'PROOF_INVALID' });
});
