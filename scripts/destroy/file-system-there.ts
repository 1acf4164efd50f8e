/** Whether FSx shows a file system. Credentials and endpoint are those of the environment. */
import { FsxReader } from '../aws-doctor/fsx-reader';

/** In that region, to these credentials. Rejects with a SluiceError. */
export async function fileSystemIsThere(region: string, fileSystemId: string, signal: AbortSignal): Promise<boolean> {
  const fsx = new FsxReader(region, signal);
  try {
    return (await fsx.fileSystems()).some(({ FileSystemId }) => FileSystemId === fileSystemId);
  } finally {
    fsx.close();
  }
}
