import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../../scripts/cli';
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
});
