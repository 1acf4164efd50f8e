/** A folder for one test, gone after it. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Call inside `describe`; the function returned names the current test's folder (a real path, without links). */
export function useTemporaryFolder(): () => string {
  return folderBetween(beforeEach, afterEach);
}

/** As `useTemporaryFolder`, but one folder for all tests of a suite. */
export function useSharedFolder(): () => string {
  return folderBetween(beforeAll, afterAll);
}

function folderBetween(before: typeof beforeEach, after: typeof afterEach): () => string {
  let folder = '';
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-test-')));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
