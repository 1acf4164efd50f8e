/** The demo's bucket, and FSx's part between it and the folder that stands in for the file system. */
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { parseDataRepository } from '../../config/data-repository';
import type { Migration } from '../../config/schema';
import { DataRepository } from '../aws-local/data-repository/data-repository';
import type { ProofAccount } from '../export-proof/account';
import { startS3Server } from './s3-server';
import type { Stage } from './stage';

export interface StandInBucket {
  readonly s3: S3Client;
  readonly bucket: string;
  /** `''` or ending in `/`. */
  readonly keyPrefix: string;
  /** Where its objects lie as files. */
  readonly folder: string;
  readonly repository: DataRepository;
  /** An account with nothing in it but the bucket. */
  readonly account: ProofAccount;
}

export async function startStandInBucket(stage: Stage, migration: Migration): Promise<StandInBucket> {
  const folder = join(stage.workspace.folder, 's3');
  const server = await startS3Server(folder);
  const s3 = new S3Client({
    region: migration.region,
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  stage.onClose(async () => {
    s3.destroy();
    await server.close();
  });
  const [association] = migration.fileSystem.associations;
  const { bucket = '', prefix = '' } = parseDataRepository(association?.dataRepository ?? '') ?? {};
  const keyPrefix = `${prefix}/`;
  const { autoExport = [], autoImport = [] } = association ?? {};
  const place = { s3, bucket, keyPrefix };
  return {
    ...place,
    folder: join(folder, bucket),
    repository: new DataRepository({ ...place, root: stage.workspace.landing, autoExport, autoImport }),
    account: {
      s3,
      fileSystem: async () => ({ lifecycle: null, troubles: [], working: undefined, ended: [] }),
      repositoryLog: async () => undefined,
      exportQueueAge: async () => null,
      now: stage.context.now,
      close: () => undefined,
    },
  };
}
