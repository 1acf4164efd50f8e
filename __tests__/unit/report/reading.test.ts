/** From a run's folder to what the page shows: whole, cut off, contradictory, missing. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../../provision/core/errors';
import type { PullEvent } from '../../../provision/pull/record/events';
import { Tally } from '../../../provision/pull/record/tally';
import { defaultPrices } from '../../../scripts/plan-review/prices';
import { type CollectProgress, collectReport } from '../../../scripts/report/collect';
import { compareCosts } from '../../../scripts/report/costs';
import { readEvents } from '../../../scripts/report/read-events';
import { readReport } from '../../../scripts/report/read-report';
import { bytesToRead, detailRun, summarizeRun } from '../../../scripts/report/reported-run';
import { defaultStateFolder, findRuns, newestFirst } from '../../../scripts/report/run-folders';
import { writeSyntheticRun } from '../../helpers/synthetic-run';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const run = { entries: 400, bytesPerSecond: 1e8, troubleEvery: 10 };
const options = { limits: { entryBytes: 100_000, directories: 50 }, prices: defaultPrices() };

describe('reading a run', () => {
  const temporary = useTemporaryFolder();

  test('report and events agree on a whole run', async () => {
    const folder = writeSyntheticRun(temporary(), run);
    const { summary, details } = await detailRun(folder, options);
    expect(details?.discrepancies).toEqual([]);
    expect(summary.state).toBe('ERROR');
    expect(details?.entries.totals.failed).toBe(summary.counts.failed);
    expect(summary.counts.failed).toBeGreaterThan(0);
    expect(await summarizeRun(folder)).toEqual(summary);
  });

  test('the lists of report.json are passed over, the rest of it is read as it is', async () => {
    const file = join(writeSyntheticRun(temporary(), run), 'report.json');
    const { failed, skipped, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
    expect(failed.length + skipped.length).toBeGreaterThan(0);
    expect(await readReport(file)).toEqual(rest);
    writeFileSync(file, JSON.stringify({ ...rest, failed, skipped }));
    expect(await readReport(file)).toEqual(rest);
  });

  test('a line ends at a newline and nowhere else, in what is kept and in the lists', async () => {
    const file = join(writeSyntheticRun(temporary(), run), 'report.json');
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const text = 'a\u2028  ],\u2029  "skipped": [\u0085b';
    const error = { code: 'X', kind: 'failed', message: text, retryable: false };
    const failed = [{ path: text, code: 'X', reason: text }];
    writeFileSync(file, `${JSON.stringify({ ...report, error, failed }, null, 2)}\n`);
    expect(await readReport(file)).toMatchObject({ version: 1, error, counts: report.counts });
  });

  test('a killed run is told from its events, its torn last line counted', async () => {
    const folder = writeSyntheticRun(temporary(), { ...run, isKilled: true });
    const { summary, details } = await detailRun(folder, options);
    expect(summary.state).toBe('UNFINISHED');
    expect(summary.counts.filesTransferred).toBeGreaterThan(0);
    expect(details?.discrepancies).toEqual(['Lines of events.ndjson that are no events, and left out: 1.']);
    expect(details?.settings).toBeUndefined();
  });

  test('a killed run whose events name no entries has the counts of its progress', async () => {
    const folder = writeSyntheticRun(temporary(), { ...run, isKilled: true });
    const all = await summarizeRun(folder);
    const events = join(folder, 'events.ndjson');
    const lines = readFileSync(events, 'utf8').split('\n');
    const last = JSON.parse(lines.findLast((line) => line.includes('"type":"progress"')) ?? '');
    writeFileSync(events, lines.filter((line) => !line.includes('"type":"entry"')).join('\n'));
    const { counts, ...summary } = await summarizeRun(folder);
    expect(summary).toEqual({
      id: all.id,
      state: 'UNFINISHED',
      startedAt: all.startedAt,
      durationMs: expect.any(Number),
    });
    expect(last.transferredFiles).toBeGreaterThan(0);
    expect(counts).toMatchObject({
      filesTransferred: last.transferredFiles,
      bytesTransferred: last.receivedBytes,
      filesUnchanged: last.doneFiles - last.transferredFiles,
      failed: last.failed,
    });
  });

  test('events that are missing are told, not made up', async () => {
    const folder = writeSyntheticRun(temporary(), run);
    const events = join(folder, 'events.ndjson');
    const lines = readFileSync(events, 'utf8').split('\n');
    const cut = lines.findIndex((line) => line.includes('"unchanged"'));
    writeFileSync(events, lines.filter((_, index) => index !== cut).join('\n'));
    const { details } = await detailRun(folder, options);
    expect(details?.discrepancies).toEqual([
      expect.stringMatching(/report.json counts \d+ unchanged files, events.ndjson/),
    ]);
  });

  test('events.ndjson that is gone is told once, and not as so many counts of 0', async () => {
    const folder = writeSyntheticRun(temporary(), run);
    rmSync(join(folder, 'events.ndjson'));
    const { summary, details } = await detailRun(folder, options);
    expect(summary.counts.filesTransferred).toBeGreaterThan(0);
    expect(details).toMatchObject({
      hasEvents: false,
      discrepancies: [expect.stringContaining('events.ndjson is not there')],
    });
  });

  test('lines split between reads, without an end, or no events at all', async () => {
    const file = join(temporary(), 'events.ndjson');
    const event = (path: string): PullEvent => ({
      time: '2026-06-01T12:00:00.000Z',
      type: 'entry',
      outcome: { kind: 'skipped', path, reason: 'ü'.repeat(60_000) },
    });
    writeFileSync(file, [...'abcdefgh'].map((path) => `${JSON.stringify(event(path))}\n`).join(''));
    appendFileSync(
      file,
      `null\n[]\n{"type":"entry"}\n\nnot json\n${'x'.repeat(3_000_000)}\n${JSON.stringify(event('last'))}`,
    );
    const seen: PullEvent[] = [];
    const damaged = await readEvents(file, (each) => seen.push(each));
    expect(seen).toEqual([...'abcdefgh', 'last'].map(event));
    expect(damaged).toBe(6);
  });

  test('an event without what the page shows of it is none; of one that is new nothing is asked', async () => {
    const folder = writeSyntheticRun(temporary(), { ...run, isKilled: true });
    const before = (await detailRun(folder, options)).details?.entries.totals;
    const outcomes = [
      { kind: 'failed', path: 'a', code: 'X' },
      { kind: 'skipped', path: 'a' },
      { kind: 'transferred', path: 'a', sizeBytes: '1', resumedBytes: 0, attempts: 1 },
      { kind: 'unchanged', path: 'a', modeChanged: false },
      { kind: 'removed', path: 'a', what: 'file' },
    ];
    const events = [
      ...outcomes.map((outcome) => ({ type: 'entry', outcome })),
      { type: 'entry', outcome: { kind: 'of-a-newer-agent', path: 'a' } },
      { type: 'progress', elapsedMs: 1 },
      { type: 'connections', change: 'opened' },
      { type: 'state' },
    ];
    const text = events.map((event) => `\n${JSON.stringify({ time: '2026-06-01T12:00:00.000Z', ...event })}`).join('');
    appendFileSync(join(folder, 'events.ndjson'), text);
    const { details } = await detailRun(folder, options);
    // The torn line of the killed run is one more.
    expect(details?.discrepancies).toEqual(['Lines of events.ndjson that are no events, and left out: 9.']);
    expect(details?.entries.totals).toEqual(before);
  });

  test.each(['{', '{"version": 2}', '[]', 'null'])(
    'a report.json that says %s is an error with its file',
    async (text) => {
      const file = join(temporary(), 'report.json');
      writeFileSync(file, text);
      await expect(readReport(file)).rejects.toMatchObject({
        code: 'REPORT_UNREADABLE',
        message: expect.stringContaining(file),
      });
    },
  );
});

describe('how far the runs are read', () => {
  const temporary = useTemporaryFolder();

  test('told at the start of each run; in the end every byte of the files that count was read', async () => {
    const [newest, killed] = [
      writeSyntheticRun(temporary(), { ...run, startsAfterMs: 86_400_000 }),
      writeSyntheticRun(temporary(), { ...run, isKilled: true }),
    ];
    const told: CollectProgress[] = [];
    await collectReport([newest, killed], {
      prices: defaultPrices(),
      now: new Date('2026-11-22T08:00:00Z'),
      version: '0.0.0',
      reporter: (progress) => told.push(progress),
    });
    const sizes = [newest, killed].map((folder) => bytesToRead(folder, 'details'));
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(told).toEqual([
      { run: 1, runs: 2, readBytes: 0, totalBytes },
      { run: 2, runs: 2, readBytes: sizes[0], totalBytes },
    ]);
  });

  test('as much is read as was foreseen, in full and in short, with a report and without', async () => {
    const killed = { ...run, startsAfterMs: 86_400_000, isKilled: true };
    for (const folder of [writeSyntheticRun(temporary(), run), writeSyntheticRun(temporary(), killed)]) {
      const read = { details: 0, summary: 0 };
      await detailRun(folder, { ...options, onRead: (bytes) => (read.details += bytes) });
      await summarizeRun(folder, (bytes) => (read.summary += bytes));
      expect(read).toEqual({ details: bytesToRead(folder, 'details'), summary: bytesToRead(folder, 'summary') });
    }
  });
});

describe('finding runs', () => {
  const temporary = useTemporaryFolder();
  const day = 86_400_000;

  test('by run folder, a file in it, state directory, or a folder of state directories; newest first', () => {
    const copies = temporary();
    const old = writeSyntheticRun(join(copies, 'one'), run);
    const recent = writeSyntheticRun(join(copies, 'one'), { ...run, startsAfterMs: 2 * day });
    const middle = writeSyntheticRun(join(copies, 'two'), { ...run, startsAfterMs: day });
    expect(findRuns(old)).toEqual([old]);
    expect(findRuns(join(old, 'report.json'))).toEqual([old]);
    expect(findRuns(join(copies, 'one'))).toEqual([recent, old]);
    expect(findRuns(copies)).toEqual([recent, middle, old]);
    expect(newestFirst([old, recent, old])).toEqual([recent, old]);
  });

  test('nothing there is an error that says what is wanted', () => {
    const folder = temporary();
    mkdirSync(join(folder, 'runs'));
    const thrownBy = (path: string) => {
      try {
        return findRuns(path);
      } catch (error) {
        return error;
      }
    };
    expect(thrownBy(folder)).toMatchObject({ code: 'NO_RUNS', kind: 'config', hint: expect.stringContaining('runs/') });
    rmSync(join(folder, 'runs'), { recursive: true });
    writeFileSync(join(folder, 'runs'), 'no folder');
    expect(thrownBy(folder)).toMatchObject({ code: 'RUNS_UNREADABLE', exitCode: 1 });
    rmSync(folder, { recursive: true });
    const missing = thrownBy(folder);
    expect(missing).toBeInstanceOf(SluiceError);
    expect(missing).toMatchObject({ code: 'NO_SUCH_FOLDER', exitCode: 3, message: `${folder} does not exist` });
  });

  test('the state of `sluice copy` is where it puts it', () => {
    expect(defaultStateFolder({}, '/home/ops')).toBe('/home/ops/.local/state/sluice/copies');
    expect(defaultStateFolder({ XDG_STATE_HOME: '/state' }, '/home/ops')).toBe('/state/sluice/copies');
  });
});

describe('costs', () => {
  const counts = { ...new Tally().counts(), filesTransferred: 10, bytesTransferred: 100 * 2 ** 30 };
  const summary = { id: 'x', state: 'SUCCESS', startedAt: '', durationMs: 3_600_000, counts } as const;

  test('by the GB for the managed routes, by the hour for the stack', () => {
    const { lines, label } = compareCosts(summary, { prices: defaultPrices(), destination: 'file system' });
    const [own, dataSync, connector] = lines.map(({ dollars }) => dollars);
    expect(dataSync).toBeCloseTo(1.25);
    expect(connector).toBeCloseTo(40);
    // 1200 GiB at $0.145 a month of 730 hours, c6in.xlarge, one public address.
    expect(own).toBeCloseTo((1200 * 0.145) / 730 + 0.2268 + 0.005, 4);
    expect(label).toMatch(/^list price, us-east-1, noted \d{4}-\d\d-\d\d$/);
    for (const { source } of lines) expect(source).toMatch(/, \d{4}-\d\d-\d\d$/);
  });

  test('a run into a folder says that it cost nothing at AWS; one that is not known says nothing of it', () => {
    const notes = (destination: 'folder' | 'unknown' | 'file system') =>
      compareCosts(summary, { prices: defaultPrices(), destination }).notes.join(' ');
    expect(notes('folder')).toContain('it cost nothing at AWS');
    expect(notes('unknown')).not.toContain('nothing at AWS');
    expect(notes('file system')).not.toContain('nothing at AWS');
  });
});
