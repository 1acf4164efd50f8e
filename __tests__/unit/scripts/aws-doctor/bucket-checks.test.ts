import { bucketChecks } from '../../../../scripts/aws-doctor/bucket-checks';
import type { Account } from '../../../../scripts/aws-doctor/check';
import { configText } from '../../../helpers/config-text';
import { migrationOf } from '../../../helpers/host-plays';

/** What is said of a bucket that S3 lets nobody read, and that these associations are linked to. */
async function shutOut(associations: readonly object[]) {
  const buckets = 'buckets: [{ name: example-market-data }]';
  const [named] = bucketChecks(migrationOf(configText({ buckets })));
  return named?.look({
    region: 'us-east-1',
    s3: { bucket: async () => ({ state: 'forbidden' }) },
    fsx: { fileSystemOf: async () => ({ FileSystemId: 'fs-1' }), associations: async () => associations },
  } as unknown as Account);
}

test('of the stack, a bucket that may not be read is not said to be free for a new name: a right is lacking, or it is gone', async () => {
  const linked = { AssociationId: 'dra-1', DataRepositoryPath: 's3://example-market-data/nasdaq' };
  expect(await shutOut([linked])).toMatchObject({
    status: 'problem',
    detail: expect.stringMatching(/^you may not read it, and dra-1 is linked to it/),
    cure: expect.stringContaining('s3:ListBucket'),
  });
  expect(await shutOut([])).toMatchObject({ detail: 'somebody else has a bucket of this name' });
});
