/**
 * `npm run bench:infrastructure`: how long a plan of 500 resources takes to review, and the largest stack to synthesize. The plan is made of that
 * stack, over and over, with everything replaced because of something before it: the most that chains of causes can be. Exit code 1 where a
 * target is missed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reviewPlan } from '../../../scripts/plan-review/review';
import { configText } from '../../helpers/config-text';
import { everythingOn } from '../../helpers/right-configurations';
import { migrationOf, synthesize } from '../../helpers/synth';
import { type BuiltChange, planJson, replace } from '../../unit/scripts/plan-review/plan-builder';

const repetitions = 5;
const resourceCount = 500;
const targets = { reviewMs: 1_000, synthMs: 2_000 };
const app = join(__dirname, '../../../dist/main.js');

/** Everything on, and eight associations over three buckets. */
function largest() {
  const base = everythingOn('largest');
  const links = Array.from(
    { length: 8 },
    (_, n) => `    - { path: /n${n}, dataRepository: s3://largest-${n % 3}/n${n} }`,
  );
  const names = Array.from({ length: 3 }, (_, n) => `{ name: largest-${n}, kmsKey: create, versioning: true }`);
  const fileSystem = base.fileSystem?.replace(/ {2}associations:[\s\S]*/, `  associations:\n${links.join('\n')}`) ?? '';
  return { ...base, fileSystem, buckets: `buckets: [${names.join(', ')}]`, pull: 'pull: { association: /n0 }' };
}

type Attributes = Readonly<Record<string, unknown>>;

function plan(stack: Readonly<Record<string, Readonly<Record<string, Attributes>>>>): Attributes {
  const resources = Object.entries(stack).flatMap(([type, named]) =>
    Object.entries(named).map(([name, attributes]) => ({ address: `${type}.${name}`, attributes })),
  );
  const changes: BuiltChange[] = [];
  const references: Record<string, Record<string, readonly string[]>> = {};
  for (let copy = 0; changes.length < resourceCount; copy += 1)
    for (const { address, attributes } of resources.slice(0, resourceCount - changes.length)) {
      const own = Object.entries(attributes).flatMap(([name, value]) => {
        const found = [...JSON.stringify(value).matchAll(/\$\{(aws_\w+\.[\w-]+)/g)].map(
          ([, other]) => `${other}_${copy}`,
        );
        return found.length === 0 ? [] : [[name, found] as const];
      });
      references[`${address}_${copy}`] = Object.fromEntries(own);
      const unknown = own.map(([name]) => name);
      const change = unknown.length > 0 ? { unknown } : { changes: { description: 'another' } };
      changes.push(replace(`${address}_${copy}`, attributes, change));
    }
  return planJson(changes, { references });
}

function report(what: string, measured: readonly number[], targetMs: number): boolean {
  const sorted = [...measured].sort((a, b) => a - b);
  const [best = 0, median = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
  const met = median < targetMs;
  const verdict = met ? 'reached' : 'MISSED';
  process.stdout.write(
    `${what}: median ${median.toFixed(0)} ms, best ${best.toFixed(0)} ms; target ${targetMs} ms: ${verdict}\n`,
  );
  return met;
}

const timed = (work: () => void) =>
  Array.from({ length: repetitions }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });

function main(): number {
  const sections = largest();
  const { json } = synthesize(migrationOf(sections));
  const text = JSON.stringify(plan(json.resource));
  let findings = 0;
  const reviews = timed(() => {
    findings = reviewPlan(JSON.parse(text)).findings.length;
  });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    writeFileSync(join(folder, 'migration.yaml'), configText(sections));
    const env = { PATH: process.env.PATH, CDKTF_OUTDIR: join(folder, 'out') };
    const count = Object.values(json.resource as Readonly<Record<string, object>>).flatMap(Object.keys).length;
    const results = [
      report(`review of ${resourceCount} resources, all replaced (${findings} findings)`, reviews, targets.reviewMs),
      report(
        `synthesis of the largest stack, ${count} resources, as a process of its own`,
        timed(() => execFileSync(process.execPath, [app], { cwd: folder, env })),
        targets.synthMs,
      ),
    ];
    return results.every(Boolean) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = main();
