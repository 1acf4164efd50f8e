import { type PathState, pathState } from '../../../../provision/facts/path';
import { directory } from '../../../../provision/resources/directory';
import { given, planOn } from '../../../helpers/facts-in-memory';

test('a link to a directory is told as what it is, with what does the same', async () => {
  const link: PathState = { kind: 'other', mode: '0777', owner: 'root:root', sha256: null, text: null };
  expect(
    await planOn(directory({ path: '/var/lib/sluice' }), [given(pathState('/var/lib/sluice'), link)]),
  ).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('symbolic link'),
    fix: expect.stringContaining('mount --bind'),
  });
});
