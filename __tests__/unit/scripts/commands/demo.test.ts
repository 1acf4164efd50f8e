import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../../scripts/cli';
import { generateKeyPair } from '../../../../scripts/demo/ssh-keys';
import { fakeContext } from '../../../helpers/fake-context';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

describe('sluice demo --source', () => {
  const folder = useTemporaryFolder();

  test.each([
    ['a path from where the server starts', 'sftp://me@host/~/out', /"\.\/out" is not a plain absolute path/],
    ['a path with a slash too many', 'sftp://me@host//out', /"\/\/out" is not a plain absolute path/],
    ['an IPv6 address', 'sftp://me@[::1]/out', /::1 is an IPv6 address/],
  ])('%s: refused with a fix, before the folder is touched', async (_what, source, message) => {
    const fake = fakeContext({ cwd: folder(), env: { HOME: folder() } });
    expect(await main(['demo', '--source', source], fake.context)).toBe(3);
    expect(fake.stderr()).toMatch(message);
    expect(fake.stderr()).toMatch(/\n {2}fix: write /);
    expect(existsSync(join(folder(), 'sluice-demo'))).toBe(false);
  });

  test.each([
    ['a public key', generateKeyPair('me').publicKey, /it is a public key/],
    ['text', 'hunter2\n', /Unsupported key format/],
    ['nothing', '', /Unsupported key format/],
  ])('a key file with %s in it: refused by its name, before the folder is touched', async (_what, text, reason) => {
    const file = join(folder(), 'vendor');
    writeFileSync(file, text);
    const fake = fakeContext({ cwd: folder(), env: { HOME: folder() } });
    expect(await main(['demo', '--source', 'sftp://me@host/out', '-i', 'vendor'], fake.context)).toBe(3);
    expect(fake.stderr()).toMatch(reason);
    expect(fake.stderr()).toContain(`the private key in ${file} cannot be used`);
    expect(fake.stderr()).not.toContain('hunter2');
    expect(existsSync(join(folder(), 'sluice-demo'))).toBe(false);
  });

  test('a folder for a key: refused by its name, before the demo folder is touched', async () => {
    mkdirSync(join(folder(), 'vendor'));
    const fake = fakeContext({ cwd: folder(), env: { HOME: folder() } });
    expect(await main(['demo', '--source', 'sftp://me@host/out', '-i', 'vendor'], fake.context)).toBe(3);
    expect(fake.stderr()).toContain(`--identity ${join(folder(), 'vendor')} cannot be read`);
    expect(existsSync(join(folder(), 'sluice-demo'))).toBe(false);
  });
});
