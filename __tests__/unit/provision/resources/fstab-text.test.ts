import fc from 'fast-check';
import { fstabEntries, fstabLine, withFstabLine } from '../../../../provision/resources/fstab-text';

const target = '/fsx';
const isOurs = (entry: { target: string; fsType: string }) => entry.target === target && entry.fsType === 'lustre';
const wanted = fstabLine({ source: 'fs-1@tcp:/abc', target, fsType: 'lustre', options: 'defaults,noatime' });

const blank = fc.constantFrom(' ', '\t', '  ', ' \t ');
const foreignLine = fc.oneof(
  fc.constantFrom(
    '',
    '# /fsx is not here',
    '   ',
    '#fs-1@tcp:/abc /fsx lustre defaults 0 0',
    'half /fsx lustre',
    'a\r',
  ),
  fc
    .tuple(
      fc.constantFrom('LABEL=x', '/dev/sda1', 'fs-2@tcp:/zzz'),
      fc.constantFrom('/', '/data', '/fsx2', '/fsx/in'),
      blank,
    )
    .map(([source, where, gap]) => `${source}${gap}${where}${gap}ext4${gap}defaults 0 2`),
);
const ourLine = fc
  .tuple(fc.constantFrom('fs-1@tcp:/abc', 'fs-9@tcp:/old'), fc.constantFrom('/fsx', '/fsx/'), blank)
  .map(([source, where, gap]) => `${source}${gap}${where}${gap}lustre${gap}noauto`);

test('exactly one line is ours afterwards, every foreign line stays byte for byte and in order, and a second time changes nothing', () => {
  const lines = fc.array(fc.oneof({ weight: 4, arbitrary: foreignLine }, { weight: 1, arbitrary: ourLine }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(lines, fc.boolean(), (before, endsWithNewline) => {
      const text = before.join('\n') + (endsWithNewline && before.length > 0 ? '\n' : '');
      const after = withFstabLine(text, wanted, isOurs);
      expect(
        fstabEntries(after)
          .filter(isOurs)
          .map(({ line }) => line),
      ).toEqual([wanted]);
      const foreign = (whole: string) =>
        whole.split('\n').filter((line) => line !== '' && !fstabEntries(line).some(isOurs));
      expect(foreign(after)).toEqual(foreign(text));
      expect(withFstabLine(after, wanted, isOurs)).toBe(after);
    }),
  );
});

test('a line is replaced where it stands, a new one is appended', () => {
  expect(withFstabLine('a / ext4 x 0 0\nfs-9@tcp:/old /fsx lustre y 0 0\nb /b ext4 x 0 0\n', wanted, isOurs)).toBe(
    `a / ext4 x 0 0\n${wanted}\nb /b ext4 x 0 0\n`,
  );
  expect(withFstabLine('a / ext4 x 0 0', wanted, isOurs)).toBe(`a / ext4 x 0 0\n${wanted}\n`);
  expect(withFstabLine('', wanted, isOurs)).toBe(`${wanted}\n`);
});

test('a mount point with a blank is written and found escaped', () => {
  const line = fstabLine({ source: 's', target: '/two words', fsType: 'lustre', options: 'x' });
  expect(line).toBe('s /two\\040words lustre x 0 0');
  expect(fstabEntries(line)[0]?.target).toBe('/two words');
});
