/**
 * The gate: what `npm test` runs, on a laptop and in CI. Every step runs even where an earlier one failed, so that one
 * run tells everything; the exit code is 1 when any failed. Arguments go to jest: `npm test -- pull`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '../provision/core/units';
import { usesColor } from './render/color';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const root = join(__dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'sluice-gate-'));
const jestResults = join(scratch, 'jest.json');
const jestArguments = process.argv.slice(2);

/** Biome of itself writes in colours wherever it writes to. */
const biomeColors = usesColor(process, process.stdout) ? 'force' : 'off';

const steps: readonly Step[] = [
  { name: 'build', command: ['tsx', 'scripts/build.ts'] },
  {
    name: 'format and lint',
    command: ['biome', 'ci', '--error-on-warnings', `--colors=${biomeColors}`, '.'],
  },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: "types of the report's page", command: ['tsc', '--noEmit', '-p', 'scripts/report/page'] },
  { name: 'dead code', command: ['knip'] },
  { name: 'tests', command: ['jest', '--json', `--outputFile=${jestResults}`, ...jestArguments] },
];

function run({ name, command: [program, ...args] }: Step): boolean {
  console.log(`\n--- ${name}: ${[program, ...args].join(' ')}`);
  const start = Date.now();
  const binary = join(root, 'node_modules', '.bin', program);
  const result = spawnSync(binary, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const ok = result.status === 0;
  const problem = result.error === undefined ? `exit ${result.status ?? result.signal}` : result.error.message;
  console.log(`--- ${name}: ${ok ? 'ok' : `FAILED (${problem})`} in ${formatDuration(Date.now() - start)}`);
  return ok;
}

/** Counts of tests, not of steps; a step that failed adds one failure, so that the last line never looks green. */
function summary(failedSteps: readonly string[]): string {
  const counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  try {
    Object.assign(counts, JSON.parse(readFileSync(jestResults, 'utf8')));
  } catch {
    // jest did not get as far as its results; the step is among the failed ones.
  }
  const failed =
    counts.numFailedTests + failedSteps.filter((name) => name !== 'tests' || counts.numFailedTests === 0).length;
  return `Tests: ${counts.numPassedTests} passed, ${failed} failed, ${counts.numPendingTests + counts.numTodoTests} skipped`;
}

const failedSteps = steps.filter((step) => !run(step)).map((step) => step.name);
console.log(failedSteps.length === 0 ? '\nThe gate is green.' : `\nFailed: ${failedSteps.join(', ')}`);
console.log(summary(failedSteps));
rmSync(scratch, { recursive: true, force: true });
process.exitCode = failedSteps.length === 0 ? 0 : 1;
