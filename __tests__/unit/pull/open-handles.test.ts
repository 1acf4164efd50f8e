/** Room at the server for files and listings, and who waits for it. */
import { type HandleKind, OpenHandles } from '../../../provision/pull/sftp/open-handles';

function opened(handles: OpenHandles, kinds: readonly HandleKind[]): readonly boolean[] {
  return kinds.map((kind) => handles.take(kind));
}

test('listings get half at most, files what is left', () => {
  const handles = new OpenHandles(() => 4);
  expect(opened(handles, ['listing', 'listing', 'listing', 'file', 'file', 'file'])).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
  ]);
});

test.each([1, 2])('of %i, one file goes on whatever is listed', (most) => {
  expect(opened(new OpenHandles(() => most), ['listing', 'file'])).toEqual([true, true]);
});

test('who waits is let in when another one is closed, listings first; all when more may be open', async () => {
  let most = 2;
  const handles = new OpenHandles(() => most);
  opened(handles, ['file', 'file']);
  const order: string[] = [];
  const waiting = (['file', 'listing', 'file'] as const).map(async (kind, index) => {
    await handles.wait(kind);
    order.push(`${kind} ${index}`);
  });
  handles.give('file');
  await waiting[1];
  expect(order).toEqual(['listing 1']);
  most = 10;
  handles.serve();
  await Promise.all(waiting);
  expect(order).toEqual(['listing 1', 'file 0', 'file 2']);
});

test('nobody waits once the session is over', async () => {
  const handles = new OpenHandles(() => 1);
  opened(handles, ['file']);
  const waiting = [handles.wait('file'), handles.wait('listing')];
  handles.end();
  await expect(Promise.all(waiting)).resolves.toHaveLength(2);
  expect(handles.take('file')).toBe(true);
});
