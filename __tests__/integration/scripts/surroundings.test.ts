/** The program where the system gives it less than it is used to. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from '../../../scripts/demo/ssh-keys';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const sluice = join(__dirname, '../../../dist/sluice.js');
const folder = useTemporaryFolder();

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
