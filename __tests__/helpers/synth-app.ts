/** The CDKTF app in a process of its own, as people run it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../..');

export interface AppRun {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** The built app starts in a third of the time that its source takes. */
const runners = { 'dist/main.js': process.execPath, 'main.ts': join(root, 'node_modules/.bin/tsx') };

interface AppOptions {
  /** Default: migration.yaml in the folder. */
  readonly configFile?: string;
  readonly program?: keyof typeof runners;
}

/** @param folder the working directory; the output goes to its `cdktf.out`. */
export function runApp(
  folder: string,
  { configFile = join(folder, 'migration.yaml'), program = 'dist/main.js' }: AppOptions = {},
): AppRun {
  const { status, stderr } = spawnSync(runners[program], [join(root, program)], {
    cwd: folder,
    env: { PATH: process.env.PATH, SLUICE_CONFIG: configFile },
    encoding: 'utf8',
  });
  return { exitCode: status, stderr };
}
