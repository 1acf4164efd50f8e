/** The machine loses power in the middle of a pull: nothing half-written is ever taken for whole. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { PullEvent } from '../../../provision/pull/record/events';
import { runPull } from '../../../provision/pull/run';
import { startSftpServer } from '../../../scripts/demo/sftp-server';
import type { SshListener } from '../../../scripts/demo/ssh-listener';
import { describeWith } from '../../helpers/needs';
import { ForgetfulStorage } from '../../helpers/power-loss';
import { pullJob } from '../../helpers/pull';
import { usePullSite } from '../../helpers/pull-site';
import { compareTrees, writeTreeFile } from '../../helpers/pull-tree';
import { randomOf } from '../../helpers/random';
import { sshdNeeds } from '../../helpers/sshd';
import { useSharedFolder } from '../../helpers/temporary-folder';

const fdFolder = { what: '/proc/self/fd', met: existsSync('/proc/self/fd') };

/** A machine's file system, empty but for the folders a pull begins with. */
function emptyMachine(root: string): string {
  for (const below of ['out', 'staging/parts', 'staging/safe']) mkdirSync(join(root, below), { recursive: true });
  return root;
}

describeWith([fdFolder], 'a power cut', () => {
  const folder = useSharedFolder();
  const source = () => join(folder(), 'source');
  let server: SshListener;
  let turn = 0;

  beforeAll(async () => {
    const sizes = { empty: 0, one: 1, 'a/small': 5000, 'a/b/other': 40_000, 'a/b/c/deep': 600_000 };
    for (const [path, sizeBytes] of Object.entries(sizes)) writeTreeFile(source(), path, { sizeBytes, mode: 0o640 });
    // Large enough for several records; the second one is written by a thread of its own.
    writeTreeFile(source(), 'large', { sizeBytes: 1_500_000, mode: 0o444 });
    writeTreeFile(source(), 'larger', { sizeBytes: 5_000_000, mode: 0o644 });
    server = await startSftpServer({ root: source(), username: 'vendor', password: 'pass' });
  });
  afterAll(() => server.close());

  function machine(): string {
    turn += 1;
    return emptyMachine(join(folder(), `machine-${turn}`));
  }

  /** What boots again: another boot, and a lock that no living process holds. */
  function reboot(root: string): void {
    rmSync(join(root, 'staging/lock'), { force: true });
    if (existsSync(join(root, 'staging'))) writeFileSync(join(root, 'staging/boot-id'), 'the boot before');
  }

  function run(root: string, storage?: ForgetfulStorage) {
    const target = {
      port: server.port,
      username: 'vendor',
      hostKeyFingerprint: server.hostKeyFingerprint,
      password: 'pass',
    };
    const job = { ...pullJob(target, '/', root), stateDirectory: join(folder(), 'state') };
    return runPull(job, {
      reporter: () => undefined,
      signal: new AbortController().signal,
      env: { TEST_PASSWORD: 'pass' },
      clock: Date,
      recordEveryBytes: 256 * 1024,
      ...(storage === undefined ? {} : { decorateDisk: (disk) => storage.decorate(disk) }),
    });
  }

  function filesBelow(path: string, relative = ''): string[] {
    return readdirSync(join(path, relative), { withFileTypes: true }).flatMap((entry) => {
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path, below) : [below];
    });
  }

  test('at any moment: every file seen is whole, and the next run completes the tree', async () => {
    let cuts = 0;
    const moment = fc.record({ calls: fc.integer({ min: 1, max: 220 }), seed: fc.integer() });
    await fc.assert(
      fc.asyncProperty(moment, async ({ calls, seed }) => {
        const root = machine();
        const found = `${root}-found`;
        const storage = new ForgetfulStorage(root);
        storage.cutAfter(calls, () => storage.cut(found, randomOf(seed)));
        await run(root, storage);
        if (!existsSync(found)) return;
        cuts += 1;
        for (const path of filesBelow(join(found, 'out'))) {
          const isWhole = readFileSync(join(found, 'out', path)).equals(readFileSync(join(source(), path)));
          expect({ path, isWhole }).toEqual({ path, isWhole: true });
        }
        reboot(found);
        const report = await run(found);
        expect(report).toMatchObject({ state: 'SUCCESS', failed: [] });
        expect(compareTrees(source(), join(found, 'out')).differences).toEqual([]);
        rmSync(root, { recursive: true });
        rmSync(found, { recursive: true });
      }),
      { numRuns: 30 },
    );
    expect(cuts).toBeGreaterThan(10);
  });

  test('after the end of a run: all of it is there, and the next run moves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const root = machine();
        const storage = new ForgetfulStorage(root);
        expect(await run(root, storage)).toMatchObject({ state: 'SUCCESS' });
        const found = `${root}-found`;
        storage.cut(found, randomOf(seed));
        expect(compareTrees(source(), join(found, 'out')).differences).toEqual([]);
        reboot(found);
        expect((await run(found)).counts).toMatchObject({
          filesTransferred: 0,
          modesChanged: 0,
          directoriesCreated: 0,
        });
        expect(statSync(join(found, 'out/large')).size).toBe(1_500_000);
      }),
      { numRuns: 5 },
    );
  });
});

describeWith([fdFolder, ...sshdNeeds], 'a power cut after a file was taken away at the source', () => {
  const { folder, source, file, run } = usePullSite();

  test('it is here, also where the run that made its folder was stopped', async () => {
    file('a/file', 5000);
    // Keeps the root from being finished.
    file('large', 3_000_000);
    const root = emptyMachine(join(folder(), 'machine'));
    const there = { destination: { path: join(root, 'out'), stagingPath: join(root, 'staging') } };
    const storage = new ForgetfulStorage(root);
    const decorateDisk = storage.decorate.bind(storage);
    const isHere: boolean[] = [];
    const abort = new AbortController();
    const stop = (event: PullEvent) => {
      if (event.type === 'progress' && event.receivedBytes > 0) abort.abort();
    };
    const stopped = await run({ bytesPerSecond: 500_000 }, there, {
      signal: abort.signal,
      onEvent: stop,
      decorateDisk,
    });
    expect(stopped.report).toMatchObject({ error: { code: 'INTERRUPTED' }, counts: { filesTransferred: 0 } });
    const { report } = await run({ sourceAfterTransfer: 'DELETE', limits: { bytes: 1_000_000 } }, there, {
      decorateDisk,
      onEvent: (event) => {
        if (event.type !== 'entry' || event.outcome.path !== 'a/file') return;
        for (let seed = 0; seed < 20; seed += 1) {
          const found = `${root}-found-${seed}`;
          storage.cut(found, randomOf(seed));
          isHere.push(existsSync(join(found, 'out/a/file')));
          rmSync(found, { recursive: true });
        }
      },
    });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { clearedAtSource: 1 } });
    expect(existsSync(source('a/file'))).toBe(false);
    expect(isHere).toEqual(Array(20).fill(true));
  });
});
