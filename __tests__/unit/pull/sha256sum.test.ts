import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSha256sumLine, sha256sumLine } from '../../../provision/pull/record/sha256sum';
import { describeWith, program } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const digest = createHash('sha256').update('content').digest('hex');

test('a plain name is two spaces after its digest', () => {
  expect(sha256sumLine(digest, 'a b/-c')).toBe(`${digest}  a b/-c\n`);
});

test('backslash, newline and carriage return are escaped and the line is marked', () => {
  expect(sha256sumLine(digest, 'a\\b\nc\rd')).toBe(`\\${digest}  a\\\\b\\nc\\rd\n`);
});

describeWith([program('sha256sum')], 'sha256sum -c', () => {
  const folder = useTemporaryFolder();

  test('reads every name back', () => {
    const names = [
      'plain',
      ' leading',
      '-dash',
      '-',
      '*star',
      'new\nline',
      'back\\slash',
      'ü',
      '\\n',
      'tab\t',
      'a\\\nb',
    ];
    for (const name of names) writeFileSync(join(folder(), name), 'content');
    writeFileSync(join(folder(), 'sums'), names.map((name) => sha256sumLine(digest, name)).join(''));
    const output = execFileSync('sha256sum', ['--strict', '-c', 'sums'], { cwd: folder(), encoding: 'utf8' });
    expect(output.match(/: OK$/gm)).toHaveLength(names.length);
    const lines = names.map((name) => sha256sumLine(digest, name).slice(0, -1));
    expect(lines.map(parseSha256sumLine)).toEqual(names.map((path) => ({ sha256: digest, path })));
  });
});
