/** Names of servers that do not use UTF-8, there and back. */
import { nameDecoder, nameEncoder } from '../../../provision/pull/sftp/filename';

test.each([
  ['latin1', 'größe'],
  ['windows-1252', '\xff 100 €.csv'],
  ['koi8-r', 'отчёт'],
  ['shift_jis', '日本語.csv'],
  ['gbk', '报告.csv'],
  ['utf-8', '\u{1f600}日本'],
])('%s: the bytes of a name are those that are decoded to it', (encoding, name) => {
  const bytes = nameEncoder(encoding)(name);
  expect(bytes && nameDecoder(encoding)(bytes)).toBe(name);
});

test.each([
  ['a character that the encoding does not have', 'latin1', '日'],
  ['one of which it has several', 'shift_jis', '∪'],
  ['one of more than two bytes', 'gb18030', '\u{1f600}'],
  ['a character that needs a switch before it', 'iso-2022-jp', '日'],
])('%s has no bytes for certain', (_, encoding, name) => {
  expect(nameEncoder(encoding)(name)).toBeUndefined();
});

test('latin1 is windows-1252, byte by byte', () => {
  const decode = nameDecoder('latin1');
  const decoded = Array.from({ length: 256 }, (_, byte) => decode(Buffer.from([byte])) ?? '');
  expect(decoded.map((text) => text.length)).toEqual(Array(256).fill(1));
  expect([0x41, 0x80, 0x9f, 0xe9, 0xff].map((byte) => decoded[byte])).toEqual(['A', '€', 'Ÿ', 'é', '\xff']);
});
