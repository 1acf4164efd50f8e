/** Whether FSx shows a file system. Credentials and endpoint are those of the environment. */
import type { AwsClock } from '../aws/aws-clock';
import { FsxReader } from '../aws-doctor/fsx-reader';

export interface Asking {
  /** Once it is aborted, nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Set by the answer. */
  readonly clock: AwsClock;
}

/** In that region, to these credentials. Rejects with a SluiceError. */
export async function fileSystemIsThere(
  region: string,
  fileSystemId: string,
  { signal, clock }: Asking,
): Promise<boolean> {
  const fsx = new FsxReader(region, signal, clock);
  try {
    return (await fsx.fileSystems()).some(({ FileSystemId }) => FileSystemId === fileSystemId);
  } finally {
    fsx.close();
  }
}
