/** The program where the system gives it less than it is used to. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '../../../scripts/demo/ssh-keys';
import { describeWith, type Need } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const sluice = join(__dirname, '../../../dist/sluice.js');
const folder = useTemporaryFolder();
const isLinux: Need = { what: 'Linux', met: process.platform === 'linux' };

function run(args: readonly string[], HOME: string | undefined) {
  const env = { PATH: process.env.PATH, ...(HOME === undefined ? {} : { HOME }) };
  const { status, stdout, stderr } = spawnSync(process.execPath, [sluice, ...args], {
    cwd: folder(),
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a working directory that was removed is told as that, with what to do', () => {
  const program = `process.chdir(${JSON.stringify(folder())}); require('node:fs').mkdirSync('gone'); process.chdir('gone');
    require('node:fs').rmdirSync(${JSON.stringify(join(folder(), 'gone'))});
    process.exitCode = require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(sluice)}, 'validate'], { stdio: 'inherit' }).status;`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  expect(stderr).toMatch(/^error: the working directory is not there: ENOENT.*\n {2}fix: cd .*\n$/);
  expect(status).toBe(3);
});

describeWith([isLinux], 'a limit on virtual memory', () => {
  const limited = (options: string) =>
    spawnSync('sh', ['-c', 'ulimit -v 4000000; exec "$0" "$@"', process.execPath, sluice, '--version'], {
      env: { PATH: process.env.PATH, NODE_OPTIONS: options },
      encoding: 'utf8',
    });

  /** From Node.js 24 on WebAssembly does with less by itself. */
  test('that leaves WebAssembly no room is told as that, or does not matter', () => {
    const { status, stdout, stderr } = limited('');
    if (Number.parseInt(process.versions.node, 10) < 24) {
      expect(stderr).toMatch(
        /^error: .* address space .*\n {2}fix: .*ulimit -v unlimited.*--disable-wasm-trap-handler\n$/,
      );
      expect([status, stdout]).toEqual([1, '']);
    } else expect([status, stderr]).toEqual([0, '']);
  });

  test('is nothing to it with what the message says', () => {
    const { status, stderr } = limited('--disable-wasm-trap-handler');
    expect([status, stderr]).toEqual([0, '']);
  });
});

test.each([
  ['not set', undefined],
  ['empty', ''],
])('HOME is %s: files of the user are looked for where the system says', (_what, HOME) => {
  writeFileSync(join(folder(), 'key'), generateKeyPair('test').privateKey);
  mkdirSync(join(folder(), '.ssh'));
  const { status, stderr } = run(['demo', '--source', 'sftp://me@nowhere.invalid/data', '--identity', 'key'], HOME);
  expect(stderr).toContain(`nowhere.invalid is not in ${join(userInfo().homedir, '.ssh/known_hosts')}`);
  expect(status).toBe(4);
});
