/** How many files a look will find on the file system, as far as anybody counted them before: for a bar and an ETA, for nothing else. */
import { readFile } from 'node:fs/promises';
import { readReport } from '../pull/follow-run';
import type { ProofSubject } from './look-at';
import { parseProof } from './proof';

/** The larger of two counts, of which either may be old: the newest run's, and the last proof's. Undefined where there is neither. */
export async function expectedFiles(
  { connection, layout, outputs }: ProofSubject,
  proofFile: string,
): Promise<number | undefined> {
  // A run counts the files of one association.
  const ofRun =
    outputs.associations.length === 1 ? await filesOfNewestRun(connection, layout.stateDirectory) : undefined;
  const ofProof = await filesOfLastProof(proofFile, outputs.file_system.id);
  return ofRun === undefined ? ofProof : Math.max(ofRun, ofProof ?? 0);
}

async function filesOfNewestRun(
  connection: ProofSubject['connection'],
  stateDirectory: string,
): Promise<number | undefined> {
  try {
    const { counts } = await readReport(connection, stateDirectory);
    return counts.filesTransferred + counts.filesUnchanged;
  } catch {
    return undefined;
  }
}

async function filesOfLastProof(proofFile: string, fileSystemId: string): Promise<number | undefined> {
  try {
    const { counts, fileSystem } = parseProof(await readFile(proofFile, 'utf8'), proofFile);
    return fileSystem.id === fileSystemId ? counts.files : undefined;
  } catch {
    return undefined;
  }
}
