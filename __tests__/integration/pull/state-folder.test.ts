/** The state folder cannot be written: on a host it lies on the root disk, and not on the destination. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BufferedFile } from '../../../provision/pull/record/buffered-file';
import { bundleAgent, startAgent } from '../../helpers/agent-bundle';
import { describeWith } from '../../helpers/needs';
import { pull, pullJob } from '../../helpers/pull';
import { compareTrees, makeRemovable, writeTreeFile } from '../../helpers/pull-tree';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { scriptedFile } from '../../helpers/scripted-sftp';
import { sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { mountAt, remountAt, tmpfsNeeds, unmountAt } from '../../helpers/tmpfs';

describeWith([...sshdNeeds, ...tmpfsNeeds()], 'a full state folder', () => {
  afterEach(() => makeRemovable(folder()));
  const folder = useTemporaryFolder();
  const target = () => join(folder(), 'target');
  const source = () => join(folder(), 'source');
  beforeEach(() => mkdirSync(target()));

  test('stops, says which and the way out, keeps what is complete, and goes on once there is room', async () => {
    const server = await startSshd();
    for (let index = 0; index < 1500; index += 1)
      writeTreeFile(source(), `folder-${index % 7}/with-a-rather-long-name-${index}`, { sizeBytes: 10, mode: 0o644 });
    const full = { ...pullJob(server, source(), folder()), stateDirectory: join(target(), 'state') };
    const agent = bundleAgent();
    expect(mountAt(target(), 'size=64k')).toBe(true);
    try {
      const run = startAgent(agent, full, { folder: folder() });
      expect(await run.ended).toBe(1);
      expect(run.output()).toMatch(
        /^error: the state folder cannot be written: .*\/target\/state\/runs\/.*ENOSPC.*\n {2}fix: Make room on its file system/m,
      );
      expect(run.output()).not.toContain('the destination is full');
      expect(existsSync(join(full.destination.stagingPath, 'lock'))).toBe(false);
      const arrived = compareTrees(source(), full.destination.path);
      expect(arrived.differences.filter((difference) => !/missing|^folder-\d: (time|mode)$/.test(difference))).toEqual(
        [],
      );
      expect(remountAt(target(), 'size=8m')).toBe(true);
      expect((await pull(full)).report).toMatchObject({ state: 'SUCCESS', failed: [] });
      expect(compareTrees(source(), full.destination.path).differences).toEqual([]);
    } finally {
      unmountAt(target());
      agent.remove();
      await server.stop();
    }
  });

  test('what it did not take is written once there is room, whole', () => {
    expect(mountAt(target(), 'size=16k')).toBe(true);
    try {
      const file = new BufferedFile(join(target(), 'events.ndjson'));
      file.append('first '.repeat(5000));
      expect(() => file.flush()).toThrow(expect.objectContaining({ code: 'STATE_UNWRITABLE' }));
      file.append('then');
      expect(remountAt(target(), 'size=1m')).toBe(true);
      file.close();
      expect(readFileSync(file.path, 'utf8')).toBe(`${'first '.repeat(5000)}then`);
    } finally {
      unmountAt(target());
    }
  });
});

const deviceFull = { what: '/dev/full', met: existsSync('/dev/full') };

describeWith([deviceFull], 'a state folder that takes no more', () => {
  const { folder, serve, run, out } = useScriptedPull();
  const startedAtMs = Date.parse('2026-03-01T06:00:00.000Z');
  const runFolder = () => join(folder(), 'state/runs', `2026-03-01T06-00-00-000Z-${process.pid}`);

  test.each(['events.ndjson', 'manifest.sha256', 'task-report.ndjson', 'task-report.csv'])(
    '%s: the run stops, and its report says so',
    async (name) => {
      await serve({
        files: { '/data/small': scriptedFile('x'), '/data/large': scriptedFile(Buffer.alloc(3_000_000)) },
      });
      mkdirSync(runFolder(), { recursive: true });
      symlinkSync('/dev/full', join(runFolder(), name));
      const { report, events } = await run({}, { clock: { now: () => startedAtMs } });
      expect(report).toMatchObject({ state: 'ERROR', error: { code: 'STATE_UNWRITABLE', kind: 'failed' }, failed: [] });
      expect(report.error?.message).toContain(join(runFolder(), name));
      // The agent of a host has no such option.
      expect(report.error?.hint).not.toContain('--state-dir');
      expect(JSON.parse(readFileSync(report.files.report, 'utf8'))).toEqual(report);
      expect(events.filter((event) => event.type === 'error')).toMatchObject([{ code: 'STATE_UNWRITABLE' }]);
      // No file is seen without its digest.
      if (name === 'manifest.sha256') expect(readdirSync(dirname(out('small')))).toEqual([]);
    },
  );

  test('no report can be written either: the run rejects with the reason', async () => {
    await serve({ files: { '/data/small': scriptedFile('x') } });
    mkdirSync(join(runFolder(), 'report.json'), { recursive: true });
    await expect(run({}, { clock: { now: () => startedAtMs } })).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
    expect(readdirSync(runFolder())).not.toContain('report.json.part');
    expect(existsSync(join(folder(), 'staging'))).toBe(false);
  });

  test('no folder can be made for the run: it does not begin', async () => {
    await serve({ files: {} });
    writeFileSync(join(folder(), 'state'), 'a file');
    await expect(run()).rejects.toMatchObject({ code: 'STATE_UNWRITABLE', message: expect.stringContaining('state') });
    expect(existsSync(join(folder(), 'staging'))).toBe(false);
  });
});
