/** `sluice copy --dry-run`: says what a run would do, which is what a run then does, and writes nothing. */
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { startSftpServer } from '../../../scripts/demo/sftp-server';
import type { SshListener } from '../../../scripts/demo/ssh-listener';
import { fakeContext } from '../../helpers/fake-context';
import { writeTreeFile } from '../../helpers/pull-tree';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const source = (...path: string[]) => join(folder(), 'source', ...path);
const out = (...path: string[]) => join(folder(), 'out', ...path);
let server: SshListener;
beforeEach(async () => {
  for (const path of ['a', 'folder/b', 'folder/deep/c', 'left-out/d'])
    writeTreeFile(source(), path, { sizeBytes: 1000, mode: 0o644 });
  server = await startSftpServer({ root: source(), username: 'vendor', password: 'secret' });
});
afterEach(() => server.close());

const copy = (...args: readonly string[]) => copyTo('out', ...args);

async function copyTo(directory: string, ...args: readonly string[]) {
  const fake = fakeContext({ cwd: folder(), env: { HOME: join(folder(), 'home'), PASSWORD: 'secret' }, isTTY: false });
  const exitCode = await main(
    [
      'copy',
      `sftp://vendor@127.0.0.1:${server.port}/`,
      directory,
      '--host-key',
      server.hostKeyFingerprint,
      '--password-env',
      'PASSWORD',
      ...args,
    ],
    fake.context,
  );
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

/** Every path beneath a folder with what would show that it was touched. */
function everything(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true })
    .map((path) => `${path} ${statSync(join(root, String(path))).mtimeMs} ${statSync(join(root, String(path))).mode}`)
    .sort();
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('of a new copy: exact counts and bytes, exit code 2, and not a file is made', async () => {
  const { exitCode, stdout } = await copy('--dry-run', '--exclude', '/left-out');
  expect(exitCode).toBe(2);
  expect(stdout).toContain('dry run: 3 files to transfer, 2.9 KiB (3000 bytes); nothing was written');
  expect(stdout).toContain('would transfer  folder/deep/c (1000 B)');
  expect(stdout).toContain('would make      folder/deep/');
  expect(readdirSync(folder()).sort()).toEqual(['source']);
});

test('of a copy that is there: only what differs, is gone or is in the way, and the copy is not touched', async () => {
  await copy('--exclude', '/left-out');
  rmSync(source('folder/deep'), { recursive: true });
  writeTreeFile(source(), 'a', { sizeBytes: 1001, mode: 0o644 });
  symlinkSync('a', source('link'));
  mkdirSync(out('left-out'));
  writeFileSync(out('left-out/mine'), '');
  mkdirSync(source('conflict'));
  writeFileSync(out('conflict'), '');
  const before = [everything(out()), everything(join(folder(), 'home'))];
  const args = ['--exclude', '/left-out', '--preserve-deleted-files', 'REMOVE', '--removal-limit', '50%'];
  const { exitCode, stdout } = await copy('--dry-run', '--json', ...args);
  expect([everything(out()), everything(join(folder(), 'home'))]).toEqual(before);
  const told = lines(stdout);
  expect(told.at(-1)).toMatchObject({
    dryRun: true,
    transfer: { files: 1, bytes: 1001 },
    remove: { files: 1, bytes: 1000, directories: 1 },
    unchanged: { files: 1, bytes: 1000 },
    skipped: 1,
    excluded: 1,
    failed: 1,
  });
  expect(
    told
      .slice(0, -1)
      .map(({ action, path }) => `${action} ${path}`)
      .sort(),
  ).toEqual(['fail conflict', 'remove folder/deep', 'remove folder/deep/c', 'skip link', 'transfer a']);
  expect(exitCode).toBe(1);

  const real = lines((await copy('--json', ...args)).stdout).at(-1).report;
  expect(real.counts).toMatchObject({ filesTransferred: 1, bytesTransferred: 1001, removed: 1, directoriesRemoved: 1 });
});

test('where nothing would change it says so with exit code 0; what a limit would leave is counted', async () => {
  await copy();
  expect((await copy('--dry-run')).exitCode).toBe(0);
  rmSync(out(), { recursive: true });
  const { stdout } = await copy('--dry-run', '--max-files', '1');
  expect(stdout).toContain('1 file to transfer');
  expect(stdout).toContain('3 files, 2.9 KiB, left by the limit of files');
  const small = await copy('--dry-run', '--max-bytes', '10');
  expect(small.stdout).toContain('  4 of these files are larger than the limit of bytes alone: no run takes them');
});

test.each([
  { args: ['DELETE'], atSource: { action: 'delete' }, says: 'and delete at the source: 4 files, 3.9 KiB' },
  {
    args: ['MOVE', '--move-to', '/done'],
    atSource: { action: 'move', moveTo: '/done' },
    says: 'and move to /done at the source: 4 files, 3.9 KiB',
  },
])(
  'files that $args.0 would take away at the source are told, one by one and in all',
  async ({ args, atSource, says }) => {
    const given = ['--dry-run', '--source-after-transfer', ...args];
    const { stdout } = await copy(...given);
    expect(stdout).toContain(says);
    expect(stdout).toContain(`would transfer  a (1000 B), and ${atSource.action} it at the source\n`);
    const told = lines((await copy(...given, '--json')).stdout);
    expect(told.at(-1)).toMatchObject({ atSource: { ...atSource, files: 4, bytes: 4000 } });
    expect(told).toContainEqual({ action: 'transfer', path: 'a', sizeBytes: 1000, atSource: atSource.action });
    expect((await copy('--dry-run', '--json')).stdout).not.toContain('atSource');
  },
);

test('directories to make, links to make, and what needs permissions only are in the numbers, of the run too', async () => {
  mkdirSync(source('empty'));
  symlinkSync('a', source('link'));
  const args = ['--symlinks', 'COPY', '--include', '/empty|/link|/a'];
  expect((await copy('--dry-run', ...args)).stdout).toContain('\n  1 directory to make, 1 symbolic link to make\n');
  expect((await copy(...args)).stdout).toContain('\n  1 directory made, 1 symbolic link made\n');
  chmodSync(source('a'), 0o600);
  expect((await copy('--dry-run', ...args)).stdout).toContain('\n  1 file to set permissions or owner of\n');
  expect((await copy(...args)).stdout).toContain('\n  1 file had permissions or owner set\n');
});

test('an include that matches nothing is warned of, in a dry run and a run, and no failure', async () => {
  const args = ['--include', '/folder/deep|/typo', '--include', '/lef*', '--include', '/a/', '--exclude', '/left-out'];
  const warning = '\n  warning: include /typo matched nothing at the source\n';
  for (const { mode, exitCode } of [
    { mode: ['--dry-run'], exitCode: 2 },
    { mode: [], exitCode: 0 },
  ]) {
    const { stdout, ...told } = await copy(...args, ...mode);
    expect(told.exitCode).toBe(exitCode);
    expect(stdout).toContain(warning);
    expect(stdout.match(/warning/g)).toHaveLength(1);
  }
  expect(lines((await copy(...args, '--dry-run', '--json')).stdout).at(-1).unmatchedIncludes).toEqual(['/typo']);
  expect(lines((await copy(...args, '--json')).stdout).at(-1).report.unmatchedIncludes).toEqual(['/typo']);
});

test('an include beneath a folder in conflict here is not said to match nothing, in a dry run and a run', async () => {
  mkdirSync(out(), { recursive: true });
  writeFileSync(out('folder'), 'a file');
  const args = ['--include', '/folder/b'];
  for (const mode of [['--dry-run'], []]) {
    const { stdout } = await copy(...args, ...mode);
    expect(stdout).toContain('the destination has a file where the source has a directory');
    expect(stdout).not.toContain('matched nothing');
  }
});

test.each([
  ['1500', 1],
  ['2K', 2],
  ['2k', 2],
  ['2KB', 2],
  ['2Ki', 2],
  ['1Ki', 1],
  ['1000', 1],
  ['3M', 4],
  ['3MiB', 4],
])('--max-bytes %s of files of 1000 bytes: %d of them', async (limit, files) => {
  const { stdout } = await copy('--dry-run', '--max-bytes', limit);
  expect(stdout).toContain(`dry run: ${files} file`);
});

test('a removal that a run would refuse is told, with exit code 1', async () => {
  await copy();
  rmSync(source('folder'), { recursive: true });
  const { exitCode, stdout } = await copy('--dry-run', '--preserve-deleted-files', 'REMOVE');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('removal would be refused: 2 of 4 files at the destination are gone at the source');
  const run = await copy('--preserve-deleted-files', 'REMOVE');
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(/\n {2}removal refused: 2 of 4 files .* lets one run remove\n {6}fix: /);
  expect(run.stdout).not.toContain('failed .');
});

test('a folder that is gone, and that something is left in, is no folder to remove: after the run nothing is left to do', async () => {
  await copy();
  rmSync(source('folder'), { recursive: true });
  writeFileSync(out('folder/deep/mine.tmp'), '');
  const args = ['--preserve-deleted-files', 'REMOVE', '--removal-limit', '100%', '--exclude', '*.tmp', '--json'];
  const dryRun = async () => lines((await copy('--dry-run', ...args)).stdout).at(-1);
  expect(await dryRun()).toMatchObject({ remove: { files: 2, directories: 0 } });
  const { counts } = lines((await copy(...args)).stdout).at(-1).report;
  expect(counts).toMatchObject({ removed: 2, directoriesRemoved: 0 });
  expect(await dryRun()).toMatchObject({ remove: { files: 0, directories: 0 } });
  expect((await copy('--dry-run', ...args)).exitCode).toBe(0);
});

test('nor is one with an entry that no pull makes', async () => {
  await copy();
  const socket = createServer().listen(out('left-out/socket'));
  await once(socket, 'listening');
  rmSync(source('left-out'), { recursive: true });
  const args = ['--preserve-deleted-files', 'REMOVE', '--removal-limit', '100%', '--json'];
  try {
    const { stdout } = await copy('--dry-run', ...args);
    expect(lines(stdout).at(-1)).toMatchObject({ remove: { files: 1, directories: 0 } });
  } finally {
    socket.close();
  }
});

test.each(['out', 'out/deeper'])(
  'a destination that is a file, or beneath one (%s): exit code 5 and what to do, as a run has it',
  async (directory) => {
    writeFileSync(out(), 'mine');
    const { exitCode, stderr } = await copyTo(directory, '--dry-run');
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^error: .*ENOTDIR.*\n {2}fix: A file is where a directory has to be: .*\n$/);
  },
);

test.each([['out', '--dry-run'], ['out/sub', '--dry-run'], ['out/sub'], ['out']])(
  'a destination that is, or lies beneath, a link to nothing (%s %s): exit code 5, and where it leads',
  async (destination, ...args) => {
    symlinkSync('gone', out());
    const { exitCode, stderr } = await copyTo(destination, ...args);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^error: .*out is a link to gone, which is not there\n {2}fix: Make the folder/);
  },
);

test.each([
  [
    'REMOVE with ALL',
    ['--preserve-deleted-files', 'REMOVE', '--transfer-mode', 'ALL'],
    /does not go with transferMode ALL/,
  ],
  [
    'a rate that is no number',
    ['--bytes-per-second', 'fast'],
    /whole number of at least -1 is needed, alone or with K, M/,
  ],
  ['a rate with a unit that is none', ['--bytes-per-second', '10i'], /whole number of at least -1/],
  ['a negative rate with a unit', ['--bytes-per-second', '-0.1K'], /whole number of at least -1/],
  ['a rate below the least', ['--bytes-per-second', '1K'], /bytesPerSecond 1000 is too little/],
  ['bytes beyond what can be counted', ['--max-bytes', '9999999T'], /whole number of at least 1/],
  ['a limit of no files', ['--max-files', '0'], /at least 1/],
  ['an unknown encoding', ['--filename-encoding', 'utf-9'], /"utf-9" is not known/],
])('%s: exit code 3', async (_what, args, message) => {
  const { exitCode, stderr } = await copy(...args);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(message);
});
