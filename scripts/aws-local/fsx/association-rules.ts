/**
 * What FSx refuses of a data repository association ("Linking your file system to an S3 bucket" of the FSx for Lustre
 * user guide; CreateDataRepositoryAssociation of the API reference).
 */
import { demand, FsxFault } from './fault';
import type { Kind } from './file-system-rules';
import type { CreateDataRepositoryAssociation } from './shapes';

export interface Paths {
  readonly fileSystemPath: string;
  /** s3://bucket/prefix */
  readonly dataRepositoryPath: string;
}

/** Associations of one file system. */
const maxAssociations = 8;

/** @throws FsxFault where the file system cannot have another association with these paths. */
export function checkAssociation(
  fileSystem: Kind & { version: string },
  existing: readonly Paths[],
  paths: Paths,
): void {
  demand(
    fileSystem.deploymentType !== 'SCRATCH_1' && fileSystem.version !== '2.10',
    'Data repository associations are supported on Lustre 2.12 and 2.15 file systems, excluding scratch_1 deployment type.',
  );
  demand(
    fileSystem.storageType !== 'INTELLIGENT_TIERING',
    'Data repository associations are not supported on file systems with Intelligent-Tiering storage.',
  );
  if (existing.length >= maxAssociations)
    throw new FsxFault(
      'ServiceLimitExceeded',
      `A file system can have ${maxAssociations} data repository associations.`,
    );
  for (const other of existing) {
    demand(
      !overlap(other.fileSystemPath, paths.fileSystemPath),
      `File system path ${paths.fileSystemPath} overlaps with ${other.fileSystemPath}.`,
    );
    demand(
      !overlap(other.dataRepositoryPath, paths.dataRepositoryPath),
      `Data repository path ${paths.dataRepositoryPath} overlaps with ${other.dataRepositoryPath}.`,
    );
  }
}

/** @throws FsxFault where FSx cannot import from the bucket by itself. */
export function checkImport(
  { AutoImportPolicy }: CreateDataRepositoryAssociation['S3'],
  bucketRegion: string,
  region: string,
): void {
  const imports = (AutoImportPolicy?.Events ?? []).length > 0;
  demand(
    !imports || bucketRegion === region,
    `The S3 bucket is in ${bucketRegion}: automatic import needs a bucket in the file system's region, ${region}.`,
  );
}

/** Equal, or one inside the other; `/ns1` and `/ns10` are apart. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => `${path.replace(/\/+$/, '')}/`) as [string, string];
  return a.startsWith(b) || b.startsWith(a);
}
