/** The README's first command, run as a newcomer runs it: nothing on PATH but what a bare system has. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareTrees } from '../../../scripts/demo/compare-trees';
import { generateKeyPair } from '../../../scripts/demo/ssh-keys';
import { describeWith } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { mountAt, tmpfsNeeds, unmountAt } from '../../helpers/tmpfs';

const sluice = join(__dirname, '../../../dist/sluice.js');

function demo(cwd: string, ...args: string[]) {
  const env = { PATH: '/usr/bin:/bin', HOME: cwd, LANG: 'C.UTF-8' };
  return spawnSync(process.execPath, [sluice, 'demo', ...args], { cwd, env, encoding: 'utf8' });
}

describe('sluice demo', () => {
  const temporary = useTemporaryFolder();

  test('lands the whole tree, twice, and says where', async () => {
    const folder = temporary();
    const first = demo(folder);
    expect({ status: first.status, stderr: first.stderr }).toEqual({
      status: 0,
      stderr: expect.not.stringContaining('error'),
    });
    expect(first.stdout).toMatch(/skipped +lustre-client: .*\n +needs root and an FSx/);
    expect(first.stdout).toMatch(/stand-in ok=11 changed=0 /);
    expect(first.stdout).toMatch(/606 files, .*: 0 differences/);
    expect(first.stdout).toMatch(/SUCCESS: 0 files transferred/);
    expect(first.stdout).toMatch(/before: 607 missing in the bucket\n.*\n(.*\n)+PROVEN: every file is in S3/);
    expect(first.stdout).toMatch(/rename orders to filled +orders\/today.csv: gone, filled\/today.csv: "AAPL/);
    expect(first.stdout).toMatch(/delete signals\/model.json +signals\/model.json: gone/);
    const { differences, files } = await compareTrees(
      join(folder, 'sluice-demo/vendor'),
      join(folder, 'sluice-demo/fsx/nasdaq'),
    );
    expect({ differences, files }).toEqual({ differences: [], files: 606 });
    expect(demo(folder).status).toBe(0);
  });

  test('refuses a folder that it did not make, and leaves it as it is', () => {
    const folder = temporary();
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine/thesis.txt'), 'irreplaceable');
    const { status, stderr } = demo(folder, '--dir', 'mine');
    expect(status).toBe(3);
    expect(stderr).toContain('is not empty');
    expect(existsSync(join(folder, 'mine/thesis.txt'))).toBe(true);
  });

  test('a file is no folder: exit code 3, and what to do', () => {
    writeFileSync(join(temporary(), 'mine'), 'text');
    const { status, stderr } = demo(temporary(), '--dir', 'mine');
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: .*mine cannot be used: .*\n {2}fix: .*--dir\n$/);
  });

  test('a server of yours that is not there: exit code 4, and why', () => {
    const folder = temporary();
    writeFileSync(join(folder, 'key'), generateKeyPair('me').privateKey);
    const hostKey = generateKeyPair('host').fingerprint;
    const source = ['--source', 'sftp://me@127.0.0.1:1/data', '--identity', 'key', '--host-key', hostKey];
    const { status, stdout, stderr } = demo(folder, ...source);
    expect(status).toBe(4);
    expect(stdout).toContain('ERROR: 0 files transferred');
    expect(stdout).toContain('host/etc/sluice/credentials/private-key');
    expect(existsSync(join(folder, 'sluice-demo/host/etc/sluice/job.json'))).toBe(true);
    expect(existsSync(join(folder, 'sluice-demo/host/etc/sluice/credentials'))).toBe(false);
    expect(stderr).toMatch(/error: cannot connect to me@127\.0\.0\.1:1: .*\n {2}fix: /);
  });
});

describeWith(tmpfsNeeds(), 'sluice demo on a disk that is too small', () => {
  const temporary = useTemporaryFolder();

  test('says so, and what it takes', () => {
    const disk = join(temporary(), 'disk');
    mkdirSync(disk);
    expect(mountAt(disk, 'size=20m')).toBe(true);
    try {
      const { status, stderr } = demo(disk);
      expect(stderr).toMatch(/^error: .*sluice-demo has no room for the demo: ENOSPC.*\n {2}fix: .*600 MiB.*--dir\n$/);
      expect(status).toBe(1);
    } finally {
      unmountAt(disk);
    }
  });
});
