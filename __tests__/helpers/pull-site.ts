/** A suite's OpenSSH server, with a source and a destination of every test's own. */
import { join } from 'node:path';
import { type JobOverrides, type PullRunOptions, pull, pullJob } from './pull';
import { makeRemovable, writeTreeFile } from './pull-tree';
import { type Sshd, startSshd } from './sshd';
import { useTemporaryFolder } from './temporary-folder';

/** To be called in a `describe`. */
export function usePullSite() {
  // Before the folder is removed: hooks run in the order in which they are given.
  afterEach(() => makeRemovable(folder()));
  const folder = useTemporaryFolder();
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(() => server.stop());

  const source = (...path: string[]) => join(folder(), 'source', ...path);
  return {
    folder,
    source,
    out: (...path: string[]) => join(folder(), 'out', ...path),
    file: (path: string, sizeBytes = 100) => writeTreeFile(source(), path, { sizeBytes, mode: 0o644 }),
    run: (options: JobOverrides['options'] = {}, more: JobOverrides = {}, running: PullRunOptions = {}) =>
      pull(pullJob(server, source(), folder(), { ...more, options: { ...options } }), running),
  };
}
