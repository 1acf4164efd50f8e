import { appendFileSync, mkdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShellConnection } from '../../../../provision/connection/shell-connection';
import type { PullEvent } from '../../../../provision/pull/record/events';
import { followRun, lookAtRun } from '../../../../scripts/pull/follow-run';
import { localTransport } from '../../../helpers/local-transport';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const stateEvent = (state: string) => `${JSON.stringify({ time: '2026-11-22T00:00:00Z', type: 'state', state })}\n`;
const states = (events: readonly PullEvent[] | undefined) =>
  events?.map((event) => (event.type === 'state' ? event.state : event.type));

describe('a run followed over a connection', () => {
  const folder = useTemporaryFolder();
  const connection = new ShellConnection(localTransport(), 'login');

  afterAll(() => connection.close());

  /** Begins a run: its folder, empty events, the link. */
  function begin(name: string): string {
    const run = join(folder(), 'runs', name);
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, 'events.ndjson'), '');
    try {
      unlinkSync(join(folder(), 'latest'));
    } catch {
      // The first run has no link to replace.
    }
    symlinkSync(join('runs', name), join(folder(), 'latest'));
    return join(run, 'events.ndjson');
  }

  const look = (options: { last?: { run: string; offsetBytes: number }; newRun?: 'all' | 'end' } = {}) =>
    lookAtRun(connection, { stateDirectory: folder(), newRun: 'all', ...options });

  const follow = (isRunning: () => Promise<boolean>, seen: PullEvent[] = []) =>
    followRun(connection, {
      stateDirectory: folder(),
      after: undefined,
      newRun: 'all',
      reporter: (event) => seen.push(event),
      signal: new AbortController().signal,
      isRunning,
    });

  test('sees nothing where no run has begun, or no state is', async () => {
    expect(await look()).toBeUndefined();
    expect(await lookAtRun(connection, { stateDirectory: join(folder(), 'none'), newRun: 'all' })).toBeUndefined();
  });

  test('goes on where the last look ended, and leaves half a line for the next', async () => {
    const events = begin('1');
    const whole = stateEvent('LAUNCHING');
    const half = stateEvent('PREPARING');
    appendFileSync(events, whole + half.slice(0, 20));
    const first = await look();
    expect(states(first?.events)).toEqual(['LAUNCHING']);
    appendFileSync(events, half.slice(20));
    const second = await look({ last: first!.position });
    expect(states(second?.events)).toEqual(['PREPARING']);
    expect(states((await look({ last: second!.position }))?.events)).toEqual([]);
  });

  test('reads the whole of a new run, or whole lines at its end', async () => {
    const events = begin('1');
    for (let line = 0; line < 2000; line += 1) appendFileSync(events, stateEvent('TRANSFERRING'));
    expect((await look())?.events).toHaveLength(2000);
    const end = await look({ newRun: 'end' });
    expect(end?.events.length).toBeGreaterThan(100);
    expect(end?.events.length).toBeLessThan(2000);
  });

  test('an end that begins in the middle of a character loses no byte', async () => {
    const time = '2026-11-22T00:00:00Z';
    const event = `${JSON.stringify({ time, type: 'entry', outcome: { path: '貿'.repeat(30_000) } })}\n`;
    for (const shift of [0, 1, 2]) {
      const events = begin(String(shift));
      appendFileSync(events, event + ' '.repeat(shift) + stateEvent('TRANSFERRING'));
      const end = await look({ newRun: 'end' });
      expect(end?.position.offsetBytes).toBe(statSync(events).size);
      appendFileSync(events, stateEvent('SUCCESS'));
      expect(states((await look({ last: end!.position }))?.events)).toEqual(['SUCCESS']);
    }
  });

  test('a run that began since is read from its start', async () => {
    appendFileSync(begin('1'), stateEvent('SUCCESS').repeat(50));
    const first = await look();
    appendFileSync(begin('2'), stateEvent('LAUNCHING'));
    const second = await look({ last: first!.position });
    expect(second?.position.run).toBe('runs/2');
    expect(states(second?.events)).toEqual(['LAUNCHING']);
  });

  test('ends with the report, every event reported once', async () => {
    const events = begin('1');
    appendFileSync(events, stateEvent('LAUNCHING'));
    const seen: PullEvent[] = [];
    let looks = 0;
    const report = await follow(async () => {
      looks += 1;
      if (looks === 2) {
        appendFileSync(events, stateEvent('SUCCESS'));
        writeFileSync(join(folder(), 'runs/1/report.json'), '{"state":"SUCCESS"}');
      }
      return true;
    }, seen);
    expect(report).toEqual({ state: 'SUCCESS' });
    expect(states(seen)).toEqual(['LAUNCHING', 'SUCCESS']);
  });

  test('a report is that of the run looked at, though the next one begins before it is read', async () => {
    begin('1');
    writeFileSync(join(folder(), 'runs/1/report.json'), '{"state":"ERROR","error":{"message":"the host goes down"}}');
    const overtaken = new ShellConnection(localTransport(), 'login');
    const exec = overtaken.exec.bind(overtaken);
    jest.spyOn(overtaken, 'exec').mockImplementation((command, options) => {
      if (command.text.startsWith('cat ')) begin('2');
      return exec(command, options);
    });
    const report = await followRun(overtaken, {
      stateDirectory: folder(),
      after: undefined,
      newRun: 'all',
      reporter: () => undefined,
      signal: new AbortController().signal,
      isRunning: async () => false,
    });
    expect(report).toMatchObject({ state: 'ERROR' });
    await overtaken.close();
  });

  test('a process that is gone without a run or without a report is an error, not a wait', async () => {
    await expect(follow(async () => false)).rejects.toMatchObject({ code: 'AGENT_ENDED' });
    appendFileSync(begin('1'), stateEvent('LAUNCHING'));
    await expect(follow(async () => false)).rejects.toMatchObject({ code: 'REPORT_MISSING' });
  });
});
