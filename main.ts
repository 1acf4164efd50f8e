/**
 * The CDKTF app: the configuration in, the stack out; nothing else. `SLUICE_CONFIG` names the configuration
 * (`migration.yaml` in the working directory by default), `CDKTF_OUTDIR` the folder to write (`cdktf.out`).
 * Exit code 3 where the configuration is wrong, with every problem on stderr.
 */

import { readFileSync } from 'node:fs';
import { App } from 'cdktf';
import { loadMigration } from './config/load';
import { formatProblem } from './config/problem';
import { MigrationStack } from './stacks/migration-stack';
import { statePath } from './stacks/state-path';

function main(configFile: string): number {
  let text: string;
  try {
    text = readFileSync(configFile, 'utf8');
  } catch (error) {
    return refuse(`cannot read ${configFile}: ${(error as Error).message}\n  fix: name one in SLUICE_CONFIG`);
  }
  const { migration, problems } = loadMigration(text, { file: configFile, today: new Date() });
  if (migration === undefined) return refuse(problems.map((problem) => formatProblem(problem)).join('\n'));
  // Stack traces hold absolute paths, and would make the same configuration give other files elsewhere.
  // cdktf's own validations run `terraform version` during synthesis: synthesis needs no terraform, and the versions are pinned.
  const app = new App({ stackTraces: false, skipValidation: true });
  const state = statePath({ configFile, outputFolder: app.outdir, name: migration.name });
  new MigrationStack(app, { migration, statePath: state });
  app.synth();
  // Last: where synthesis fails, why it does is all there is to read.
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return 0;
}

function refuse(message: string): number {
  process.stderr.write(`${message}\n`);
  return 3;
}

process.exitCode = main(process.env.SLUICE_CONFIG ?? 'migration.yaml');
