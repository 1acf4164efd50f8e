/** `sluice report` and `sluice history` as they are called. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { main } from '../../../scripts/cli';
import { sealProof } from '../../../scripts/export-proof/proof';
import type { ReportData } from '../../../scripts/report/report-data';
import { fakeContext } from '../../helpers/fake-context';
import { describeWith } from '../../helpers/needs';
import { proofClaims } from '../../helpers/proof-claims';
import { type SyntheticRun, writeSyntheticRun } from '../../helpers/synthetic-run';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const sluice = join(__dirname, '../../../dist/sluice.js');
const built = { what: 'dist/ (npm run prepare)', met: existsSync(sluice) };

const day = 86_400_000;
const run = { entries: 300, bytesPerSecond: 1e8, troubleEvery: 20 };

async function call(cwd: string, ...args: string[]) {
  const fake = fakeContext({ cwd, env: { HOME: cwd } });
  const exitCode = await main(args, fake.context);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

/** In a process of its own: a million entries take four times as long in jest's sandbox. */
function writeLargeRun(folder: string, large: SyntheticRun): string {
  const helper = join(folder, 'synthetic-run.js');
  const source = join(__dirname, '../../helpers/synthetic-run.ts');
  buildSync({ entryPoints: [source], outfile: helper, bundle: true, platform: 'node' });
  const call = `require(${JSON.stringify(helper)}).writeSyntheticRun('state', ${JSON.stringify(large)})`;
  const child = spawnSync(process.execPath, ['-p', call], { cwd: folder, encoding: 'utf8' });
  return join(folder, child.stdout.trim());
}

function dataOf(file: string): ReportData {
  const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(readFileSync(file, 'utf8')) ?? [];
  return JSON.parse(json ?? '');
}

describeWith([built], 'sluice report', () => {
  const temporary = useTemporaryFolder();

  test('the proof of export beside the run; one that was edited is refused', async () => {
    const cwd = temporary();
    writeSyntheticRun(join(cwd, 'state'), run);
    const proof = sealProof(proofClaims);
    writeFileSync(join(cwd, 'proof.json'), JSON.stringify(proof));
    expect(await call(cwd, 'report', 'state', '--proof', 'proof.json')).toMatchObject({ exitCode: 0 });
    expect(dataOf(join(cwd, 'sluice-report.html')).proof).toEqual(proof);
    writeFileSync(join(cwd, 'edited.json'), JSON.stringify({ ...proof, migration: 'another' }));
    expect(await call(cwd, 'report', 'state', '--proof', 'edited.json')).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('its content was changed since it was written'),
    });
    expect(await call(cwd, 'report', 'state', '--proof', 'none.json')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('npx sluice verify writes it'),
    });
  });

  test('the newest run of a state directory; all of them with --all', async () => {
    const cwd = temporary();
    writeSyntheticRun(join(cwd, 'state'), run);
    writeSyntheticRun(join(cwd, 'state'), { ...run, startsAfterMs: day });
    const newest = await call(cwd, 'report', 'state');
    expect(newest).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('sluice-report.html: 1 run, ') });
    expect(dataOf(join(cwd, 'sluice-report.html')).runs.map(({ summary }) => summary.startedAt)).toEqual([
      '2026-11-21T22:15:00.000Z',
    ]);
    expect((await call(cwd, 'report', 'state', '--all', '--out', 'all.html')).exitCode).toBe(0);
    const all = dataOf(join(cwd, 'all.html'));
    expect(all.runs.map(({ summary }) => summary.startedAt)).toEqual([
      '2026-11-21T22:15:00.000Z',
      '2026-11-20T22:15:00.000Z',
    ]);
    expect(all.generatedAt).toBe('2026-06-01T12:00:00.000Z');
    expect(readdirSync(cwd).sort()).toEqual(['all.html', 'sluice-report.html', 'state']);
  });

  test('of several runs one that cannot be read is named and left out, and the command fails', async () => {
    const cwd = temporary();
    const older = writeSyntheticRun(join(cwd, 'state'), run);
    const newest = writeSyntheticRun(join(cwd, 'state'), { ...run, startsAfterMs: day });
    writeFileSync(join(newest, 'report.json'), '');
    const warning = `warning: ${join(newest, 'report.json')} cannot be read: `;
    const left = /: that run is left out\n {2}fix: It must be the report\.json of a pull\./;
    for (const command of ['report', 'history']) {
      const called = await call(cwd, command, 'state', ...(command === 'report' ? ['--all'] : []));
      expect(called).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(warning) });
      expect(called.stderr).toMatch(left);
      expect(called.stdout).toMatch(command === 'report' ? /: 1 run, / : /^run, .*\n2026-11-20T22-15-00-.*\n$/);
    }
    expect(dataOf(join(cwd, 'sluice-report.html')).runs.map(({ summary }) => summary.id)).toEqual([basename(older)]);
    expect(await call(cwd, 'report', newest)).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining(`error: ${join(newest, 'report.json')} cannot be read: `),
    });
  });

  test('without a path, what `sluice copy` did here', async () => {
    const cwd = temporary();
    const nothing = await call(cwd, 'report');
    expect(nothing).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/\.local\/state\/sluice\/copies does not exist\n {2}fix: .*sluice pull history/),
    });
    writeSyntheticRun(join(cwd, '.local/state/sluice/copies/outgoing-1234'), run);
    expect((await call(cwd, 'report')).exitCode).toBe(0);
  });

  test('no run is exit code 3 with a fix; no place to write is exit code 1, and leaves nothing', async () => {
    const cwd = temporary();
    mkdirSync(join(cwd, 'empty'));
    expect(await call(cwd, 'report', 'empty')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/holds no run\n {2}fix: /),
    });
    expect(await call(cwd, 'report', 'absent')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('does not exist'),
    });
    writeSyntheticRun(join(cwd, 'state'), run);
    const unwritable = await call(cwd, 'report', 'state', '--out', 'no/such/folder.html');
    expect(unwritable).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot write') });
    expect(await call(cwd, 'report', 'state', '--out', 'empty')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/cannot write .*empty: .*EISDIR.*\n {2}fix: That is a folder: name a file in it/),
    });
    expect(readdirSync(cwd).sort()).toEqual(['empty', 'state']);
  });

  test('1,000,000 entries, a fifth of them in trouble: under 5 MB, read within 256 MB of heap', () => {
    const cwd = temporary();
    const folder = writeLargeRun(cwd, { ...run, entries: 1_000_000, troubleEvery: 4 });
    expect(statSync(join(folder, 'events.ndjson')).size).toBeGreaterThan(200_000_000);
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--max-old-space-size=256', sluice, 'report', 'state', '--out', 'page.html'],
      { cwd, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^read runs\n(read runs: .*\n)*write the page\n$/),
    });
    expect(statSync(join(cwd, 'page.html')).size).toBeLessThan(5_000_000);
    const [reported] = dataOf(join(cwd, 'page.html')).runs;
    const { counts } = reported!.summary;
    const { filesTransferred, filesUnchanged, directories, skipped, failed, removed } = counts;
    expect(filesTransferred + filesUnchanged + directories + skipped + failed + removed).toBe(1_000_000);
    expect(reported!.details!.discrepancies).toEqual([]);
    expect(reported!.details!.entries.totals.failed).toBe(counts.failed);
  });
});

describe('sluice history', () => {
  const temporary = useTemporaryFolder();

  test('newest first, a killed run among them', async () => {
    const cwd = temporary();
    writeSyntheticRun(join(cwd, 'state'), { ...run, troubleEvery: 0 });
    writeSyntheticRun(join(cwd, 'state'), { ...run, startsAfterMs: day });
    writeSyntheticRun(join(cwd, 'state'), { ...run, startsAfterMs: 2 * day, isKilled: true });
    const { exitCode, stdout } = await call(cwd, 'history', 'state');
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^run, by its start \(UTC\) +state +files +bytes +rate +unchanged +failed +duration$/);
    expect(lines.slice(1).map((line) => line.split(/ +/, 2))).toEqual([
      ['2026-11-22T22-15-00-000Z-4711', 'UNFINISHED'],
      ['2026-11-21T22-15-00-000Z-4711', 'ERROR'],
      ['2026-11-20T22-15-00-000Z-4711', 'SUCCESS'],
    ]);
    expect((await call(cwd, 'history', 'state/runs')).stdout).toBe(stdout);
    const json = JSON.parse((await call(cwd, 'history', 'state', '--json')).stdout);
    expect(json.map(({ state }: { state: string }) => state)).toEqual(['UNFINISHED', 'ERROR', 'SUCCESS']);
    expect(json[2]).toMatchObject({ startedAt: '2026-11-20T22:15:00.000Z', counts: { failed: 0 } });
  });

  test('without a path, each run with its state directory where there are several', async () => {
    const cwd = temporary();
    const copies = join(cwd, '.local/state/sluice/copies');
    const older = writeSyntheticRun(join(copies, 'outgoing-1234'), run);
    expect((await call(cwd, 'history')).stdout).not.toContain('outgoing-1234');
    const newest = writeSyntheticRun(join(copies, 'archive-5678'), { ...run, startsAfterMs: day, isKilled: true });
    const { stdout } = await call(cwd, 'history');
    expect(stdout.match(/\S+$/gm)).toEqual(['directory', 'archive-5678', 'outgoing-1234']);
    const json = JSON.parse((await call(cwd, 'history', '--json')).stdout);
    expect(json.map(({ folder }: { folder: string }) => folder)).toEqual([newest, older]);
  });

  test('of several sources and destinations each run tells its own, where it is known', async () => {
    const cwd = temporary();
    const state = join(cwd, 'state');
    writeSyntheticRun(state, run);
    writeSyntheticRun(state, { ...run, startsAfterMs: day, isKilled: true });
    expect((await call(cwd, 'history', 'state')).stdout).toMatch(/ duration\n/);
    writeSyntheticRun(state, { ...run, startsAfterMs: 2 * day, sourcePath: '/archive' });
    writeSyntheticRun(state, { ...run, startsAfterMs: 3 * day, destinationPath: '/fsx/market' });
    const { stdout } = await call(cwd, 'history', 'state');
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(8))).toEqual([
      ['from', 'to'],
      ['sftp://market-data@sftp.vendor.example/outgoing', '/fsx/market'],
      ['sftp://market-data@sftp.vendor.example/archive', '/fsx/nasdaq'],
      [],
      ['sftp://market-data@sftp.vendor.example/outgoing', '/fsx/nasdaq'],
      [],
    ]);
    const [newest, , killed] = JSON.parse((await call(cwd, 'history', 'state', '--json')).stdout);
    expect(newest).toMatchObject({ from: 'sftp://market-data@sftp.vendor.example/outgoing', to: '/fsx/market' });
    expect(killed).not.toHaveProperty('from');
  });

  test('nothing there is exit code 3', async () => {
    expect(await call(temporary(), 'history', 'absent')).toMatchObject({ exitCode: 3, stdout: '' });
  });
});
