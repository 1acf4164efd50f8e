import { visible, visibleLines } from '../../../../provision/core/visible';
import { SftpStatusError } from '../../../../provision/pull/sftp/errors';
import { main } from '../../../../scripts/cli';
import { endText } from '../../../../scripts/render/pull';
import { fakeContext } from '../../../helpers/fake-context';

/** Every control character there is: C0, DEL and C1, of which U+009B begins an escape sequence as ESC [ does. */
const controls = [...Array(32).keys(), 127, ...Array.from({ length: 32 }, (_, index) => 128 + index)].map((code) =>
  String.fromCharCode(code),
);

test('no control character is sent to the terminal; each can be told from the others', () => {
  const all = controls.join('');
  expect(visible(all)).toMatch(/^[\x20-\x7e]+$/);
  expect(new Set(controls.map(visible)).size).toBe(controls.length);
  expect(visible('über/\u001b[2Jx')).toBe('über/\\u001b[2Jx');
  expect(visible('\u009b2J\u007f')).toBe('\\u009b2J\\u007f');
});

test('a name cannot turn round what stands behind it, nor end its line; letters and marks of any script stay', () => {
  expect(visible('\u202efdp.exe\u2066 \u2028')).toBe('\\u202efdp.exe\\u2066 \\u2028');
  expect(visible('עברית\u200f العربية 日本')).toBe('עברית\u200f العربية 日本');
});

test('lines and tabs of our own texts stay, and nothing else', () => {
  expect(controls.filter((character) => visibleLines(character) === character)).toEqual(['\t', '\n']);
});

test('what a server says goes into one line of a message, so that it can feign neither colors nor a fix', () => {
  const { message } = new SftpStatusError('open /a\nb', 4, 'no\u001b[31m\n  fix: run this');
  expect(message).toBe('open /a\\nb: failure (no\\u001b[31m\\n  fix: run this)');
});

test('the end of a run says its error safely, with its fix on a line of its own', () => {
  const error = { code: 'X', kind: 'failed', message: 'gone\u001b]0;x\u0007' } as const;
  expect(endText({ error } as Parameters<typeof endText>[0], 'look\nthere')).toBe(
    'error: gone\\u001b]0;x\\u0007\n  fix: look\nthere\n',
  );
});

test('an error of a command is said safely', async () => {
  const fake = fakeContext({ cwd: '/' });
  expect(await main(['synth', '--config', '/none/\u001b[31m.yaml'], fake.context)).toBe(3);
  expect(fake.stderr()).toContain('/none/\\u001b[31m.yaml');
  expect(fake.stderr()).not.toContain('\u001b');
});
