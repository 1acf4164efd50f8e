/** Room at the server for files and listings, and who waits for it. */
import { SftpStatusError, statusFailure } from '../../../provision/pull/sftp/errors';
import { type Handle, type HandleKind, OpenHandles } from '../../../provision/pull/sftp/open-handles';

const probeMs = 5;

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

describe('what the server refuses with a bare failure', () => {
  const refuse = () => Promise.reject(new SftpStatusError('open', statusFailure, ''));
  const grant = (name: string) => () => Promise.resolve(Buffer.from(name));

  test('a file that is refused for its own sake lowers the limit for no other, once it is over', async () => {
    const handles = new OpenHandles(() => 64, probeMs);
    const first = await handles.open('file', grant('first'));
    const bad = handles.open('file', refuse);
    await Promise.resolve();
    handles.close(first);
    await expect(bad).rejects.toThrow('failure');
    const [second, third] = await Promise.all(['second', 'third'].map((name) => handles.open('file', grant(name))));
    expect([second, third]).toEqual([Buffer.from('second'), Buffer.from('third')]);
  });

  test('nor while another one stays open', async () => {
    const handles = new OpenHandles(() => 64, probeMs);
    const long = await handles.open('file', grant('long'));
    const bad = handles.open('file', refuse);
    await new Promise(setImmediate);
    const more = await Promise.all(Array.from('abcdef', (name) => handles.open('file', grant(name))));
    for (const handle of [...more, long]) handles.close(handle);
    await expect(bad).rejects.toThrow('failure');
  });

  test('it is asked for again where what was open beside it is closed before the refusal is told', async () => {
    const handles = new OpenHandles(() => 64, probeMs);
    const first = await handles.open('file', grant('first'));
    let asked = 0;
    const second = handles.open('file', async () => {
      asked += 1;
      if (asked > 1) return Buffer.from('second');
      handles.close(first);
      return refuse();
    });
    await expect(second).resolves.toEqual(Buffer.from('second'));
  });

  test('where a server allows two, more wait as long as those take, and are refused no more than now and then', async () => {
    const handles = new OpenHandles(() => 64, probeMs);
    const atServer = new Set<Handle>();
    const ask = async () => {
      if (atServer.size === 2) return refuse();
      const handle = Buffer.from('any');
      atServer.add(handle);
      return handle;
    };
    const close = (handle: Handle) => {
      atServer.delete(handle);
      handles.close(handle);
    };
    const held = await Promise.all([handles.open('file', ask), handles.open('file', ask)]);
    const others = Array.from('abcdef', () => handles.open('file', ask).then(close));
    // Longer than all tries together would take.
    await new Promise((resolve) => setTimeout(resolve, 50 * probeMs));
    for (const handle of held) close(handle);
    await expect(Promise.all(others)).resolves.toHaveLength(6);
  });
});
