import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { hostHistory } from '../../../../scripts/pull/host-history';
import { summarizeRun } from '../../../../scripts/report/reported-run';
import { localTransport } from '../../../helpers/local-transport';
import { writeSyntheticRun } from '../../../helpers/synthetic-run';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const day = 86_400_000;
const run = { entries: 20_000, bytesPerSecond: 1e8, troubleEvery: 4 };

describe("a host's history", () => {
  const folder = useTemporaryFolder();
  const connection = new ShellConnection(localTransport(), 'login');

  afterAll(() => connection.close());

  const history = (onUnreadable: (error: Error) => void = () => undefined) => {
    const { signal } = new AbortController();
    return hostHistory(connection, { stateDirectory: folder(), signal, onUnreadable });
  };

  test('is that of the runs themselves, newest first, in one round trip', async () => {
    const first = writeSyntheticRun(folder(), run);
    const second = writeSyntheticRun(folder(), { ...run, entries: 10, troubleEvery: 0, startsAfterMs: day });
    const before = connection.roundTrips;
    expect(await history()).toEqual([await summarizeRun(second), await summarizeRun(first)]);
    expect(connection.roundTrips - before).toBe(1);
  });

  test('a run that left no report: when it began, and what it told last', async () => {
    const killed = writeSyntheticRun(folder(), { ...run, isKilled: true });
    const { id, startedAt, counts } = await summarizeRun(killed);
    const [told] = await history();
    expect(told).toMatchObject({ id, state: 'UNFINISHED', startedAt });
    // Progress is told once a second: what came after the last one is not in it.
    expect(told!.counts.filesTransferred).toBeGreaterThan(counts.filesTransferred / 2);
    expect(told!.counts.filesTransferred).toBeLessThanOrEqual(counts.filesTransferred);
    expect(told!.counts.failed).toBeGreaterThan(counts.failed / 2);
    expect(told!.durationMs).toBeGreaterThan(0);
  });

  test('a line that a power cut left half written is no event: what was told before it counts', async () => {
    const killed = writeSyntheticRun(folder(), { ...run, isKilled: true });
    const [whole] = await history();
    // Of the last line its beginning is there.
    appendFileSync(join(killed, 'events.ndjson'), '0:34:59.733Z","type":"progress","elapsedMs":12');
    expect(await history()).toEqual([whole]);
    writeFileSync(join(killed, 'events.ndjson'), '{"time":"2026-11-22T20:3');
    expect(await history()).toMatchObject([{ state: 'UNFINISHED', durationMs: 0 }]);
  });

  test('a run that ended before it told anything', async () => {
    const id = '2026-11-22T20-33-59-733Z-31810';
    mkdirSync(join(folder(), 'runs', id), { recursive: true });
    writeFileSync(join(folder(), 'runs', id, 'events.ndjson'), '');
    expect(await history()).toMatchObject([{ id, startedAt: '2026-11-22T20:33:59.733Z', durationMs: 0 }]);
  });

  test('folders that are no runs are left out; a report that is none is named, and an error where there is no other', async () => {
    const writeReport = (name: string, text: string) => {
      mkdirSync(join(folder(), 'runs', name), { recursive: true });
      writeFileSync(join(folder(), 'runs', name, 'report.json'), text);
    };
    expect(await history()).toEqual([]);
    writeReport('odd name', '{"version":1}\n');
    expect(await history()).toEqual([]);
    writeReport('2026-11-22T20-33-59-733Z-1', 'null\n');
    await expect(history()).rejects.toMatchObject({
      code: 'REPORT_UNREADABLE',
      message: expect.stringContaining('report.json of the run 2026-11-22T20-33-59-733Z-1'),
    });
    const whole = writeSyntheticRun(folder(), { ...run, entries: 10 });
    const told: string[] = [];
    expect(await history(({ message }) => told.push(message))).toEqual([await summarizeRun(whole)]);
    expect(told).toEqual([expect.stringContaining('report.json of the run 2026-11-22T20-33-59-733Z-1')]);
  });
});
