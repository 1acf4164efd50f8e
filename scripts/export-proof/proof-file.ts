/** Writes proof.json whole or not at all, for its owner alone. */
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../../provision/core/make-directory';
import type { Proof } from './proof';

export async function writeProof(file: string, proof: Proof): Promise<void> {
  makeDirectory(dirname(file), 0o700);
  const draft = `${file}.part`;
  await writeFile(draft, `${JSON.stringify(proof, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
