import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startS3Server } from '../../../../scripts/demo/s3-server';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

test('a write that fails on disk is an error of S3 that says why', async () => {
  writeFileSync(join(folder(), 'bucket'), 'a file in the way');
  const server = await startS3Server(folder());
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
    maxAttempts: 1,
  });
  try {
    await expect(s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a/b', Body: 'text' }))).rejects.toMatchObject({
      name: 'ENOTDIR',
      message: expect.stringContaining('ENOTDIR: not a directory'),
    });
  } finally {
    s3.destroy();
    await server.close();
  }
});
