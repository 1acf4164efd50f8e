/** The machine's own side, for real: a file system that is full, read-only, gone, or somebody else's. */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Disk } from '../../../provision/pull/destination/disk';
import { runPull } from '../../../provision/pull/run';
import { bundleAgent, startAgent } from '../../helpers/agent-bundle';
import { describeWith, findProgram } from '../../helpers/needs';
import { pull, pullJob } from '../../helpers/pull';
import { compareTrees, writeTreeFile } from '../../helpers/pull-tree';
import { type ScriptedServer, scriptedFile, startScriptedSftp } from '../../helpers/scripted-sftp';
import { type Sshd, sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { mountAt, remountAt, tmpfsNeeds, unmountAt } from '../../helpers/tmpfs';
import { unnamedError } from '../../helpers/unnamed-error';

const MiB = 1024 * 1024;

describeWith([...sshdNeeds, ...tmpfsNeeds()], 'a file system of its own', () => {
  const folder = useTemporaryFolder();
  const target = () => join(folder(), 'target');
  const source = () => join(folder(), 'source');
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    for (const [path, sizeBytes] of [
      ['a', 1000],
      ['b', 500_000],
      ['large', 7 * MiB],
      ['z', 300_000],
    ] as const)
      writeTreeFile(source(), path, { sizeBytes, mode: 0o644 });
    mkdirSync(target());
  });
  // Before the folder is removed: hooks run in the order in which they are given, the folder's first.
  const unmount = () => unmountAt(target());

  const job = (mount: { mountPoint: string; fsType: 'lustre' } | null = null) => ({
    ...pullJob(server, source(), target(), { destination: { mount } }),
    stateDirectory: join(folder(), 'state'),
  });

  test('full: stops, says how much is to come, keeps what arrived, and goes on once there is room', async () => {
    expect(mountAt(target(), 'size=5m')).toBe(true);
    try {
      const { report } = await pull(job());
      expect(report.error).toMatchObject({ code: 'ENOSPC', hint: expect.stringMatching(/goes on where it stopped/) });
      expect(report.error?.message).toMatch(/the destination is full: [\d.]+ [KM]iB at least are still to come/);
      expect(remountAt(target(), 'size=32m')).toBe(true);
      const again = await pull(job());
      expect(again.report).toMatchObject({ state: 'SUCCESS', failed: [] });
      expect(again.report.counts.bytesResumed).toBeGreaterThan(MiB);
      expect(compareTrees(source(), join(target(), 'out')).differences).toEqual([]);
    } finally {
      unmount();
    }
  });

  test('out of inodes: the same, and the hint says what else may be used up', async () => {
    expect(mountAt(target(), 'size=32m', 'nr_inodes=8')).toBe(true);
    try {
      const { report } = await pull(job());
      expect(report.error).toMatchObject({ code: 'ENOSPC', hint: expect.stringMatching(/inodes/) });
      expect(remountAt(target(), 'nr_inodes=1000')).toBe(true);
      expect((await pull(job())).report.state).toBe('SUCCESS');
      expect(compareTrees(source(), join(target(), 'out')).differences).toEqual([]);
    } finally {
      unmount();
    }
  });

  test('read-only from the start: no run, and the way out', async () => {
    expect(mountAt(target(), 'size=32m', 'ro')).toBe(true);
    try {
      const hint = expect.stringMatching(/Mount it for writing/);
      await expect(pull(job())).rejects.toMatchObject({ code: 'EROFS', kind: 'blocked', hint });
    } finally {
      unmount();
    }
  });

  test('gone under the run: nothing is written beneath, at once an error, and no next run either', async () => {
    const scripted: { server?: ScriptedServer } = {};
    expect(mountAt(target(), 'size=64m')).toBe(true);
    const tools = join(folder(), 'tools');
    mkdirSync(tools);
    // The mount table as it is, but for the type: there is no Lustre here.
    const findmnt = findProgram('findmnt') ?? 'findmnt';
    writeFileSync(join(tools, 'findmnt'), `#!/bin/sh\n${findmnt} "$@" | sed 's/ tmpfs$/ lustre/'\n`, { mode: 0o755 });
    const agent = bundleAgent();
    try {
      let isGone = false;
      const files = Array.from({ length: 300 }, (_, index) => [`/data/f${index}`, scriptedFile(`content ${index}`)]);
      scripted.server = await startScriptedSftp({
        files: Object.fromEntries(files),
        intercept: ({ offset, path: asked }) => {
          if (!isGone && asked === '/data/f150' && offset === 0) {
            isGone = true;
            unmount();
          }
          return undefined;
        },
      });
      const mount = { mountPoint: target(), fsType: 'lustre' } as const;
      const overrides = { destination: { mount }, connections: 1 };
      const lost = {
        ...pullJob(scripted.server, '/data', target(), overrides),
        stateDirectory: join(folder(), 'state'),
      };
      const env = { PATH: `${tools}${delimiter}${process.env.PATH}`, TEST_PASSWORD: 'scripted' };
      const run = startAgent(agent, lost, { folder: folder(), env });
      expect([await run.ended, run.output()]).toEqual([5, expect.stringContaining('went away under the run')]);
      expect(readdirSync(target())).toEqual([]);
      const next = startAgent(agent, lost, { folder: folder(), env });
      expect([await next.ended, next.output()]).toEqual([5, expect.stringContaining('not on a lustre file system')]);
      expect(readdirSync(target())).toEqual([]);
    } finally {
      unmount();
      agent.remove();
      await scripted.server?.close();
    }
  });

  test("somebody else's: an ordinary user is told what to open, and one folder that is shut fails alone", async () => {
    const agent = bundleAgent();
    const nobody = 65_534;
    try {
      for (const path of [folder(), dirname(agent.path), server.identityFile, dirname(server.identityFile)])
        chmodSync(path, 0o755);
      chmodSync(agent.path, 0o755);
      mkdirSync(join(folder(), 'state'));
      chownSync(join(folder(), 'state'), nobody, nobody);
      const denied = startAgent(agent, job(), { folder: folder(), uid: nobody });
      expect(await denied.ended).toBe(5);
      expect(denied.output()).toMatch(/EACCES.*\n {2}fix: Let this user write/);

      writeTreeFile(source(), 'shut/file', { sizeBytes: 10, mode: 0o644 });
      chownSync(target(), nobody, nobody);
      mkdirSync(join(target(), 'out/shut'), { recursive: true });
      chownSync(join(target(), 'out'), nobody, nobody);
      const partly = startAgent(agent, job(), { folder: folder(), uid: nobody });
      expect([await partly.ended, partly.output()]).toEqual([
        1,
        expect.stringMatching(/"path":"shut\/file","code":"EACCES"/),
      ]);
      expect(existsSync(join(target(), 'out/large'))).toBe(true);
    } finally {
      agent.remove();
    }
  });
});

describe('any file system', () => {
  const folder = useTemporaryFolder();
  let server: ScriptedServer;
  afterEach(() => server.close());

  test('a quota used up stops the run as a full disk does; raised, it goes on', async () => {
    const large = Buffer.alloc(2_000_000, 'quota ');
    server = await startScriptedSftp({ files: { '/data/large': scriptedFile(large) } });
    const job = pullJob(server, '/data', folder());
    let left = 1_000_000;
    const limited = (disk: Disk): Disk => ({
      ...disk,
      write: (fd, bytes, position) => {
        if (bytes.length > left) throw unnamedError('EDQUOT', 'write');
        left -= bytes.length;
        return disk.write(fd, bytes, position);
      },
    });
    const run = (decorateDisk: (disk: Disk) => Disk) =>
      runPull(job, {
        reporter: () => undefined,
        signal: new AbortController().signal,
        env: { TEST_PASSWORD: 'scripted' },
        clock: Date,
        decorateDisk,
      });
    const report = await run(limited);
    expect(report.error).toMatchObject({ code: 'EDQUOT', message: expect.stringMatching(/quota .* is used up/) });
    const again = await run((disk) => disk);
    expect(again.state).toBe('SUCCESS');
    if (process.platform === 'linux') expect(again.counts.bytesResumed).toBeGreaterThan(900_000);
  });

  test('a name the file system finds too long fails alone, and so does a path that no program could open', async () => {
    const deep = Array.from({ length: 30 }, (_, level) => `${level}-${'d'.repeat(200)}`).join('/');
    server = await startScriptedSftp({
      files: {
        '/data/fits': scriptedFile('x'),
        '/data/refused': scriptedFile('x'),
        [`/data/${deep}/file`]: scriptedFile('x'),
      },
    });
    const report = await runPull(pullJob(server, '/data', folder()), {
      reporter: () => undefined,
      signal: new AbortController().signal,
      env: { TEST_PASSWORD: 'scripted' },
      clock: Date,
      decorateDisk: (disk) => ({
        ...disk,
        rename: (from, to) => {
          if (to.endsWith('refused'))
            throw Object.assign(new Error('ENAMETOOLONG: name too long'), { code: 'ENAMETOOLONG' });
          return disk.rename(from, to);
        },
      }),
    });
    const codes = Object.fromEntries(report.failed.map(({ path, code }) => [path, code]));
    const tooLong = deep.split('/').slice(0, 21).join('/');
    expect(codes).toEqual({ refused: 'ENAMETOOLONG', [tooLong]: 'PATH_TOO_LONG' });
    expect(report.counts).toMatchObject({ filesTransferred: 1, directories: 20 });
    // Node.js cannot remove what lies so deep.
    expect(spawnSync('rm', ['-rf', join(folder(), 'out')]).status).toBe(0);
  });
});
