import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Connection, ExecOptions, ExecResult } from '../../../../provision/connection/connection';
import { ConnectionLost } from '../../../../provision/connection/connection-lost';
import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { sh } from '../../../../provision/core/sh';
import { type FetchProgress, fetchRuns } from '../../../../scripts/pull/fetch-runs';
import { type HostRun, listRuns } from '../../../../scripts/pull/host-runs';
import { localTransport } from '../../../helpers/local-transport';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const id = '2026-11-23T06-30-00-000Z-4711';
const older = '2026-11-22T06-30-00-000Z-4711';

/** A host that answers every command by what `send` does. */
function sending(like: Connection, send: (options: ExecOptions) => Promise<ExecResult>): Connection {
  return {
    host: like.host,
    roundTrips: 0,
    exec: (_command, options = {}) => send(options),
    put: (...args) => like.put(...args),
    close: async () => {},
  };
}

describe('runs brought from a host', () => {
  const temporary = useTemporaryFolder();
  const connection = new ShellConnection(localTransport(), 'login');

  afterAll(() => connection.close());

  const state = () => join(temporary(), 'state');
  const here = () => join(temporary(), 'here');

  function write(run: string, files: Readonly<Record<string, string | Buffer>>): void {
    mkdirSync(join(state(), 'runs', run), { recursive: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(join(state(), 'runs', run, name), content);
  }

  async function fetch(over: Connection = connection, runs?: readonly HostRun[]) {
    const seen: FetchProgress[] = [];
    const folders = await fetchRuns(over, runs ?? (await listRuns(connection, state())), {
      stateDirectory: state(),
      folder: here(),
      signal: new AbortController().signal,
      onProgress: (progress) => seen.push(progress),
    });
    return { folders, last: seen.at(-1) };
  }

  const mode = (path: string) => statSync(path).mode & 0o777;

  test('what a report is made of and nothing else, for the owner alone; what is here is not asked for again', async () => {
    write(id, {
      'events.ndjson': 'a\nb\n',
      'report.json': '{}',
      'manifest.sha256': 'much',
      'report.json.part': 'half',
    });
    write(older, { 'events.ndjson': '' });
    const { folders, last } = await fetch();
    expect(folders).toEqual([join(here(), id), join(here(), older)]);
    expect(last).toEqual({ runs: 2, doneRuns: 2, bytes: 6, doneBytes: 6, receivedBytes: 6 });
    expect(readdirSync(join(here(), id)).sort()).toEqual(['events.ndjson', 'report.json']);
    expect(readFileSync(join(here(), id, 'events.ndjson'), 'utf8')).toBe('a\nb\n');
    expect(readFileSync(join(here(), older, 'events.ndjson'), 'utf8')).toBe('');
    expect([mode(join(here(), id)), mode(join(here(), id, 'report.json'))]).toEqual([0o700, 0o600]);
    const before = connection.roundTrips;
    expect((await fetch()).last).toEqual({ runs: 2, doneRuns: 2, bytes: 6, doneBytes: 6, receivedBytes: 0 });
    expect(connection.roundTrips - before).toBe(1);
  });

  test('a run that went on has grown: only what is new is fetched', async () => {
    write(id, { 'events.ndjson': 'begun\n' });
    await fetch();
    appendFileSync(join(state(), 'runs', id, 'events.ndjson'), 'over\n');
    write(id, { 'report.json': '{}' });
    expect((await fetch()).last).toMatchObject({ bytes: 13, receivedBytes: 7 });
    expect(readFileSync(join(here(), id, 'events.ndjson'), 'utf8')).toBe('begun\nover\n');
    expect(existsSync(join(here(), id, 'report.json'))).toBe(true);
  });

  test('a connection lost in the middle: what came stays, is no run yet, and the next call goes on at the byte', async () => {
    const events = randomBytes(3_000_000);
    write(id, { 'events.ndjson': events, 'report.json': '{}' });
    await expect(fetch(lostAfter(1_000_000))).rejects.toMatchObject({ code: 'CONNECTION_LOST', kind: 'unreachable' });
    expect(readdirSync(join(here(), id))).toEqual(['events.ndjson.part']);
    const came = statSync(join(here(), id, 'events.ndjson.part')).size;
    expect(came).toBeGreaterThan(0);
    expect((await fetch()).last).toMatchObject({ receivedBytes: 3_000_002 - came, doneBytes: 3_000_002 });
    expect(readFileSync(join(here(), id, 'events.ndjson')).equals(events)).toBe(true);
  });

  test('a host that sends other bytes than it listed', async () => {
    write(id, { 'events.ndjson': 'four' });
    const [listed] = await listRuns(connection, state());
    const claiming = (sizeBytes: number) =>
      fetch(connection, [{ ...listed!, sizesBytes: { 'events.ndjson': sizeBytes } }]);
    await expect(claiming(5)).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('it has 4 bytes, and not 5'),
    });
    expect(readdirSync(join(here(), id))).toEqual(['events.ndjson.part']);
    // A part that is longer than the file is none of its.
    await claiming(3);
    expect(readFileSync(join(here(), id, 'events.ndjson'), 'utf8')).toBe('fou');
    const flood = sending(connection, (options) => connection.exec(sh`head -c 1000000 /dev/zero | gzip`, options));
    await expect(fetch(flood, [{ id: older, sizesBytes: { 'report.json': 10 } }])).rejects.toMatchObject({
      message: expect.stringContaining('longer than the host said'),
    });
    const noise = sending(connection, (options) => connection.exec(sh`echo 'sudo: welcome'`, options));
    await expect(fetch(noise, [{ id: older, sizesBytes: { 'report.json': 10 } }])).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('incorrect header check'),
    });
  });

  test('a place here that cannot be written to', async () => {
    write(id, { 'report.json': '{}' });
    mkdirSync(join(here(), id, 'report.json.part'), { recursive: true });
    await expect(fetch()).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining(`the run ${id} cannot be brought to ${here()}: `),
    });
  });

  /** Ends as a lost connection does, after so many bytes on the wire. */
  function lostAfter(bytes: number): Connection {
    return sending(connection, async ({ stdout, signal }) => {
      const wire = new PassThrough();
      const command = sh`gzip -1c ${join(state(), 'runs', id, 'events.ndjson')}`;
      const run = connection.exec(command, { stdout: wire, ...(signal && { signal }) });
      run.catch(() => {});
      let sent = 0;
      for await (const chunk of wire) {
        sent += chunk.length;
        if (sent > bytes) throw new ConnectionLost('host-1', true);
        stdout?.write(chunk);
      }
      return run;
    });
  }
});
