/** The CDKTF app as people run it: main.ts in a process of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../..');

export interface AppRun {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** @param folder the working directory; the output goes to its `cdktf.out`. */
export function runApp(folder: string, configFile = join(folder, 'migration.yaml')): AppRun {
  const { status, stderr } = spawnSync(join(root, 'node_modules/.bin/tsx'), [join(root, 'main.ts')], {
    cwd: folder,
    env: { PATH: process.env.PATH, SLUICE_CONFIG: configFile },
    encoding: 'utf8',
  });
  return { exitCode: status, stderr };
}
