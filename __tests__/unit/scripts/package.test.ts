import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { files } from '../../../package.json';

const example = readFileSync(join(__dirname, '../../../migration.example.yaml'), 'utf8');

test('the package has the schema that its example names, beside it', () => {
  const [, schema = ''] = /^# yaml-language-server: \$schema=(.+)$/m.exec(example) ?? [];
  expect(files).toEqual(expect.arrayContaining(['migration.example.yaml', normalize(schema)]));
});

test('the package has the guides that its README and its messages name', () => {
  expect(files).toContain('docs');
});
