import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RunMetrics } from '../../../../provision/pull/metrics/run-metrics';
import type { Progress, PullEvent, PullEventBody } from '../../../../provision/pull/record/events';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const start = Date.parse('2026-11-24T09:00:00Z');
const progress: Progress = {
  listedFiles: 10,
  listedBytes: 1000,
  isListed: true,
  doneFiles: 6,
  transferredFiles: 5,
  receivedBytes: 600,
  doneBytes: 700,
  failed: 1,
  retries: 2,
  elapsedMs: 90_000,
};

function observer({ emf = false } = {}) {
  const printed: string[] = [];
  const settings = { migration: 'market"data', directory: folder(), emf, failuresTo: null };
  const metrics = new RunMetrics(settings, { print: (line) => printed.push(line) });
  const at = (seconds: number, body: PullEventBody) =>
    metrics.observe({ time: new Date(start + seconds * 1000).toISOString(), ...body } as PullEvent);
  return { at, printed };
}

const textfile = () => readFileSync(join(folder(), 'sluice.prom'), 'utf8');
const sampleValue = (sample: string) =>
  textfile()
    .split('\n')
    .find((line) => line.startsWith(`${sample}{`))
    ?.split(' ')[1];

/** One run, to its end. */
function run(at: ReturnType<typeof observer>['at'], end: 'SUCCESS' | 'ERROR', from = 0): void {
  at(from, { type: 'state', state: 'LAUNCHING' });
  at(from, { type: 'connections', change: 'opened', connections: 3 });
  at(from + 30, { type: 'state', state: 'TRANSFERRING' });
  at(from + 90, { type: 'progress', ...progress });
  at(from + 91, { type: 'state', state: end });
}

test('the textfile is whole OpenMetrics: each metric with its type and help, the end marked', () => {
  run(observer().at, 'SUCCESS');
  const lines = textfile().split('\n');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of samples) {
    expect(line).toMatch(/^sluice_pull_[a-z_]+\{migration="market\\"data"(?:,state="[A-Z]+")?\} [\d.]+$/);
    const name = line.split('{')[0];
    expect(lines).toEqual(expect.arrayContaining([`# TYPE ${name} gauge`, expect.stringMatching(`^# HELP ${name} .`)]));
    // OpenMetrics: a unit is the last part of the name.
    const unit = lines.find((other) => other.startsWith(`# UNIT ${name} `))?.split(' ')[3];
    expect(name?.endsWith(unit ?? '')).toBe(true);
  }
  expect(readdirSync(folder())).toEqual(['sluice.prom']);
  expect(statSync(join(folder(), 'sluice.prom')).mode & 0o777).toBe(0o644);
});

test('it says what the events said', () => {
  const { at } = observer();
  at(0, { type: 'state', state: 'LAUNCHING' });
  at(1, { type: 'connections', change: 'opened', connections: 2 });
  at(6, { type: 'progress', ...progress });
  expect(
    ['connections', 'received_bytes', 'retries', 'end_time_seconds'].map((name) => sampleValue(`sluice_pull_${name}`)),
  ).toEqual(['2', '600', '2', '0']);
  expect(textfile()).toContain('state="LAUNCHING"} 1\n');
});

test('the last success is kept over runs that fail', () => {
  run(observer().at, 'SUCCESS');
  const success = String(start / 1000 + 91);
  expect(sampleValue('sluice_pull_last_success_time_seconds')).toBe(success);
  run(observer().at, 'ERROR', 1000);
  expect(sampleValue('sluice_pull_last_success_time_seconds')).toBe(success);
  expect(textfile()).toContain('state="ERROR"} 1\n');
  run(observer().at, 'SUCCESS', 2000);
  expect(sampleValue('sluice_pull_last_success_time_seconds')).toBe(String(start / 1000 + 2091));
});

test('EMF lines go to the journal and to the log, the last with the outcome', () => {
  const { at, printed } = observer({ emf: true });
  run(at, 'SUCCESS');
  const logged = readFileSync(join(folder(), 'emf.log'), 'utf8').trimEnd().split('\n');
  expect(printed).toEqual(logged);
  const last = JSON.parse(logged.at(-1) ?? '');
  expect(last).toMatchObject({
    Migration: 'market"data',
    State: 'SUCCESS',
    Succeeded: 1,
    ReceivedBytes: 600,
    Retries: 2,
  });
  const [{ Namespace, Dimensions, Metrics }] = last._aws.CloudWatchMetrics;
  expect([Namespace, Dimensions, last._aws.Timestamp]).toEqual(['sluice', [['Migration']], start + 91_000]);
  for (const { Name } of Metrics) expect(typeof last[Name]).toBe('number');
});

test('without the option there are none', () => {
  const { at, printed } = observer();
  run(at, 'SUCCESS');
  expect(printed).toEqual([]);
  expect(existsSync(join(folder(), 'emf.log'))).toBe(false);
});

test('what cannot be written is said once, and nothing is thrown', () => {
  const { at, printed } = observer();
  rmSync(folder(), { recursive: true });
  run(at, 'SUCCESS');
  expect(printed).toEqual([expect.stringMatching(/^metrics cannot be written: .*ENOENT/)]);
});
