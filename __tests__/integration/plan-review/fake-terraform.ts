/**
 * A program that answers as Terraform does, for what does not need the real one: it logs its calls, writes the plan it
 * is given, and waits for SIGINT where a test asks for that.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const program = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const folder = __dirname;
const [command, ...args] = process.argv.slice(2);
const log = (line) => appendFileSync(join(folder, 'calls'), line + '\\n');
const file = (name) => join(folder, name);
const atWork = JSON.stringify({ '@message': 'aws_vpc.v: Creating...', type: 'apply_start' }) + '\\n';
log(command);
const meanwhile = file('meanwhile-' + command);
if (existsSync(meanwhile)) appendFileSync(readFileSync(meanwhile, 'utf8'), '#');
const out = args.find((arg) => arg.startsWith('-out='));
if (existsSync(file('hang-' + command))) {
  process.on('SIGINT', () => { log('SIGINT'); process.exit(1); });
  process.stderr.write('hanging\\n' + (command === 'apply' ? atWork : ''));
  setInterval(() => {}, 1000);
} else if (existsSync(file('start-' + command))) {
  // As Terraform does, which forgets an interrupt from before it is at the first resource.
  const early = () => log('SIGINT too early');
  process.on('SIGINT', early);
  log('starting');
  setTimeout(() => {
    process.off('SIGINT', early);
    process.on('SIGINT', () => { log('SIGINT'); process.exit(1); });
    process.stdout.write(atWork);
    setTimeout(() => process.exit(0), 20_000);
  }, 500);
} else if (existsSync(file('fail-' + command))) {
  process.stderr.write(readFileSync(file('fail-' + command)));
  process.exit(1);
} else if (command === 'init') mkdirSync('.terraform', { recursive: true });
else if (command === 'plan') {
  process.stdout.write('terraform plans\\n');
  writeFileSync(out.slice(5), 'a plan file');
  writeFileSync(file('mode'), String(statSync(out.slice(5)).mode));
  if (existsSync(file('stop-plan'))) {
    process.stderr.write(readFileSync(file('stop-plan')));
    process.exit(1);
  }
} else if (command === 'apply') {
  writeFileSync(file('applied'), readFileSync(args.at(-1)));
  process.stdout.write(JSON.stringify({ type: 'change_summary', '@message': 'Apply complete!' }) + '\\n');
} else if (command === 'output')
  process.stdout.write(existsSync(file('outputs')) ? readFileSync(file('outputs')) : '{}');
else if (command === 'show') process.stdout.write(readFileSync(file('plan.json')));
else if (command === 'state') process.stdout.write(existsSync(file('state')) ? readFileSync(file('state')) : '');
`;

export interface FakeTerraform {
  /** For TERRAFORM_BINARY_NAME. */
  readonly binary: string;
  /** What it was called for, and the signals it got, in order. */
  calls(): readonly string[];
  /** Of the plan file as the program left it. */
  planFileMode(): number;
  /** What was in the plan file that was applied last. */
  applied(): string;
  /** The plan, as JSON, that the next `plan` makes. */
  willPlan(json: unknown): void;
  /** What `state pull` prints. */
  setState(state: { readonly serial: number; readonly lineage: string; readonly resources?: readonly object[] }): void;
  /** What `output -json` prints; nothing is put out otherwise. */
  setOutputs(outputs: object): void;
  /**
   * `stop` is of `plan` alone: it leaves what it had planned by then. `start` is half a second away from what can be interrupted.
   * @param said What it fails with.
   */
  will(how: 'hang' | 'fail' | 'stop' | 'start', command: string, said?: string): void;
  /** While the command runs somebody writes a character more into the file, an absolute path. */
  meanwhile(command: string, path: string): void;
}

export function fakeTerraform(folder: string): FakeTerraform {
  const binary = join(folder, 'fake-terraform');
  writeFileSync(binary, program);
  chmodSync(binary, 0o755);
  const calls = join(folder, 'calls');
  return {
    binary,
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    planFileMode: () => Number(readFileSync(join(folder, 'mode'), 'utf8')),
    applied: () => readFileSync(join(folder, 'applied'), 'utf8'),
    willPlan: (json) => writeFileSync(join(folder, 'plan.json'), JSON.stringify(json)),
    setState: (state) => writeFileSync(join(folder, 'state'), JSON.stringify(state)),
    setOutputs: (outputs) => {
      const printed = Object.entries(outputs).map(([name, value]) => [name, { value }]);
      writeFileSync(join(folder, 'outputs'), JSON.stringify(Object.fromEntries(printed)));
    },
    will: (how, command, said = 'as the test wants it') =>
      writeFileSync(join(folder, `${how}-${command}`), `Error: ${said}\n`),
    meanwhile: (command, path) => writeFileSync(join(folder, `meanwhile-${command}`), path),
  };
}
