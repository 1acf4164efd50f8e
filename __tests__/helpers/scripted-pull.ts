/** Pulls of `/data` from a scripted server into a folder of the current test. */
import { join } from 'node:path';
import { type JobOverrides, type PullRunOptions, pull, pullJob } from './pull';
import { type ScriptedOptions, type ScriptedServer, startScriptedSftp } from './scripted-sftp';
import { useTemporaryFolder } from './temporary-folder';

/** Call at the top of a suite. `serve` first, then `run` as often as wanted; `out` names what arrives. */
export function useScriptedPull() {
  const folder = useTemporaryFolder();
  let server: ScriptedServer | undefined;
  afterEach(() => server?.close());
  return {
    folder,
    serve: async (options: ScriptedOptions): Promise<ScriptedServer> => {
      server = await startScriptedSftp(options);
      return server;
    },
    run: (overrides: JobOverrides = {}, options: PullRunOptions = {}) => {
      const source = server as ScriptedServer;
      return pull(pullJob(source, '/data', folder(), overrides), { password: source.password, ...options });
    },
    out: (name: string) => join(folder(), 'out', name),
  };
}
