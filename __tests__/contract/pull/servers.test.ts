/** One suite, every server: what the pull promises does not depend on who serves. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSftpServer } from '../../../scripts/demo/sftp-server';
import { describeWith, findProgram, type Need } from '../../helpers/needs';
import { proftpdNeeds, startProftpd } from '../../helpers/proftpd';
import { type JobOverrides, type PullSource, pull, pullJob } from '../../helpers/pull';
import { buildTree, compareTrees, makeRemovable, writeTreeFile } from '../../helpers/pull-tree';
import { sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

interface Server extends PullSource {
  /** How a client names a path below the served folder. */
  readonly pathOf: (relative: string) => string;
  readonly stop: () => Promise<void>;
}

interface Subject {
  readonly name: string;
  readonly needs: readonly Need[];
  /** Files of the large tree: a server in this very process and thread is slow, and fewer show as much. */
  readonly files: number;
  readonly start: (root: string) => Promise<Server>;
}

const subjects: readonly Subject[] = [
  {
    name: 'OpenSSH sshd',
    needs: sshdNeeds,
    files: 10_000,
    start: async (root) => ({ ...(await startSshd()), pathOf: (path) => join(root, path) }),
  },
  {
    name: 'ProFTPD mod_sftp',
    needs: proftpdNeeds,
    files: 10_000,
    start: async (root) => {
      const server = await startProftpd({ root });
      return { ...server, pathOf: (path) => join(server.path, path) };
    },
  },
  {
    name: 'ssh2 in process',
    needs: [],
    files: 1000,
    start: async (root) => {
      const server = await startSftpServer({ root, username: 'vendor', password: 'let me in' });
      const { port, hostKeyFingerprint } = server;
      return {
        port,
        hostKeyFingerprint,
        username: 'vendor',
        password: 'let me in',
        pathOf: (path) => join('/', path),
        stop: server.close,
      };
    },
  },
];

describe.each(subjects)('pull from $name', ({ name, needs, files, start }) => {
  describeWith(needs, name, () => {
    // Hooks run in the order they are given: before the folder is removed.
    afterEach(() => makeRemovable(folder()));
    const folder = useTemporaryFolder();
    let root = '';
    let server: Server;

    beforeAll(async () => {
      root = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-source-')));
      server = await start(root);
    });
    afterAll(async () => {
      await server.stop();
      makeRemovable(root);
      rmSync(root, { recursive: true, force: true });
    });

    const run = (tree: string, overrides: JobOverrides = {}) =>
      pull(pullJob(server, server.pathOf(tree), folder(), overrides), { password: 'let me in' });
    const arrived = (tree: string) => compareTrees(join(root, tree), join(folder(), 'out'));

    test('a tree of every shape arrives byte for byte with times and modes; a second run moves nothing', async () => {
      buildTree(join(root, 'large'), { files });
      const first = await run('large', { connections: 3 });
      expect(first.report).toMatchObject({ state: 'SUCCESS', failed: [], skipped: [] });
      const compared = arrived('large');
      expect(compared.differences).toEqual([]);
      expect(compared.files).toBe(first.report.counts.filesTransferred);
      expect(compared.sizeBytes).toBe(first.report.counts.bytesTransferred);

      if (findProgram('sha256sum') !== undefined) {
        const output = execFileSync('sha256sum', ['--quiet', '--strict', '-c', first.report.files.manifest], {
          cwd: join(folder(), 'out'),
          encoding: 'utf8',
        });
        expect(output).toBe('');
        expect(readFileSync(first.report.files.manifest, 'utf8').trimEnd().split('\n')).toHaveLength(compared.files);
      }

      const second = await run('large');
      expect(second.report.counts).toMatchObject({
        filesTransferred: 0,
        filesUnchanged: compared.files,
        modesChanged: 0,
        directoriesCreated: 0,
      });
      // Thousands of files synced to a disk that others use too.
    });

    test('only what changed moves again, into read-only folders too', async () => {
      const tree = join(root, 'changing');
      for (const path of ['same', 'longer', 'touched', 'mode', 'locked/old'])
        writeTreeFile(tree, path, { sizeBytes: 1000, mode: 0o644 });
      chmodSync(join(tree, 'locked'), 0o555);
      await run('changing');
      appendFileSync(join(tree, 'longer'), 'more');
      utimesSync(join(tree, 'touched'), 5, 5);
      chmodSync(join(tree, 'mode'), 0o400);
      chmodSync(join(tree, 'locked'), 0o755);
      writeTreeFile(tree, 'locked/new', { sizeBytes: 10, mode: 0o444 });
      chmodSync(join(tree, 'locked'), 0o555);
      const again = await run('changing');
      expect(again.paths('transferred')).toEqual(['locked/new', 'longer', 'touched']);
      expect(again.report.counts).toMatchObject({ filesUnchanged: 3, modesChanged: 1, failed: 0 });
      expect(arrived('changing').differences).toEqual([]);
    });

    test('filters leave out what they say, folders included', async () => {
      const tree = join(root, 'filtered');
      for (const path of ['keep/a', 'keep/b.tmp', 'keep/cache/x', 'other/a', 'keep2/a'])
        writeTreeFile(tree, path, { sizeBytes: 10, mode: 0o644 });
      const { report, paths } = await run('filtered', {
        options: { includes: ['/keep*'], excludes: ['*.tmp', '*/cache'] },
      });
      expect(paths('transferred')).toEqual(['keep/a', 'keep2/a']);
      expect(paths('directory')).toEqual(['keep', 'keep2']);
      expect(report.counts.excluded).toBe(3);
    });

    test('symbolic links are skipped with the reason and not followed', async () => {
      const tree = join(root, 'links');
      writeTreeFile(tree, 'file', { sizeBytes: 10, mode: 0o644 });
      symlinkSync('/etc', join(tree, 'to-folder'));
      symlinkSync('file', join(tree, 'to-file'));
      symlinkSync('nowhere', join(tree, 'dangling'));
      const { report } = await run('links');
      expect(report.state).toBe('SUCCESS');
      expect(report.counts.filesTransferred).toBe(1);
      expect([...report.skipped].sort((a, b) => a.path.localeCompare(b.path))).toEqual([
        { path: 'dangling', reason: 'it is a symbolic link' },
        { path: 'to-file', reason: 'it is a symbolic link' },
        { path: 'to-folder', reason: 'it is a symbolic link' },
      ]);
    });

    test('modes of overwriting and transferring', async () => {
      const tree = join(root, 'modes');
      writeTreeFile(tree, 'a', { sizeBytes: 10, mode: 0o644 });
      writeTreeFile(tree, 'b', { sizeBytes: 10, mode: 0o644 });
      mkdirSync(join(folder(), 'out'));
      writeFileSync(join(folder(), 'out', 'a'), 'mine');
      const never = await run('modes', { options: { overwriteMode: 'NEVER' } });
      expect(never.paths('transferred')).toEqual(['b']);
      expect(never.paths('skipped')).toEqual(['a']);
      expect(readFileSync(join(folder(), 'out', 'a'), 'utf8')).toBe('mine');
      const all = await run('modes', { options: { transferMode: 'ALL' } });
      expect(all.paths('transferred')).toEqual(['a', 'b']);
      expect(arrived('modes').differences).toEqual([]);
    });

    test('nothing is written through a link at the destination, and the rest arrives', async () => {
      const tree = join(root, 'attack');
      for (const path of ['folder/stolen', 'file', 'fine/file'])
        writeTreeFile(tree, path, { sizeBytes: 10, mode: 0o644 });
      const outside = join(folder(), 'outside');
      mkdirSync(join(folder(), 'out'));
      mkdirSync(outside);
      writeFileSync(join(outside, 'target'), 'untouched');
      symlinkSync(outside, join(folder(), 'out', 'folder'));
      symlinkSync(join(outside, 'target'), join(folder(), 'out', 'file'));
      const { report, paths } = await run('attack');
      expect(report.state).toBe('ERROR');
      expect(paths('failed')).toEqual(['file', 'folder']);
      expect(report.failed[0]).toMatchObject({ code: 'DESTINATION_CONFLICT', hint: expect.any(String) });
      expect(paths('transferred')).toEqual(['fine/file']);
      expect(readFileSync(join(outside, 'target'), 'utf8')).toBe('untouched');
      expect(lstatSync(join(folder(), 'out', 'file')).isSymbolicLink()).toBe(true);
    });

    test('POINT_IN_TIME_CONSISTENT tells what only the destination has, and keeps it', async () => {
      const tree = join(root, 'point-in-time');
      writeTreeFile(tree, 'a/b', { sizeBytes: 10, mode: 0o644 });
      mkdirSync(join(folder(), 'out/a'), { recursive: true });
      writeFileSync(join(folder(), 'out/a/extra'), '');
      const { report } = await run('point-in-time', { options: { verifyMode: 'POINT_IN_TIME_CONSISTENT' } });
      expect(report.state).toBe('SUCCESS');
      expect(report.skipped).toEqual([{ path: 'a/extra', reason: 'only the destination has it; it is kept' }]);
    });

    test('a host key that is not pinned is refused before anything is sent, and shown', async () => {
      const { report } = await run('large', { hostKeys: [`SHA256:${'A'.repeat(43)}`] });
      expect(report.state).toBe('ERROR');
      expect(report.error).toMatchObject({
        code: 'HOST_KEY_CHANGED',
        kind: 'unreachable',
        presentedHostKey: server.hostKeyFingerprint,
      });
    });

    test('a path that is not there is a clear error', async () => {
      const { report } = await run('no-such-folder');
      expect(report.error).toMatchObject({ code: 'SOURCE_PATH_MISSING', kind: 'config' });
      expect(report.error?.message).toContain('no-such-folder');
    });
  });
});
