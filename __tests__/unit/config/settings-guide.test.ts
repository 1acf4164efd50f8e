import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsGuide } from '../../../config/settings-guide';
import { settingNames } from '../../../provision/pull/job/settings';

const guide = settingsGuide();

test('the committed page is what the shape generates (npm run schema)', () => {
  expect(readFileSync(join(__dirname, '../../../docs/settings.md'), 'utf8')).toBe(guide);
});

test('every setting of the pull has its row, with an explanation', () => {
  for (const name of settingNames) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`pull.${name}\` |`));
    expect(row?.split(/(?<!\\)\|/)[4]?.trim()).toMatch(/\w{3}/);
  }
});

test('choices, ranges and defaults are told', () => {
  expect(guide).toContain('| `pull.transferMode` | `CHANGED`, `ALL` | `CHANGED` |');
  expect(guide).toContain('| `source.port` | whole number, 1 to 65535 | `22` |');
  expect(guide).toContain('| `source.host` | text | required |');
  expect(guide).toMatch(/\| `source.credentials.privateKey` \| `\{ file \}` or `\{ environment \}`/);
});

test('a table is a table: every row has four cells', () => {
  for (const line of guide.split('\n').filter((text) => text.startsWith('|'))) {
    expect(line.split(/(?<!\\)\|/)).toHaveLength(6);
  }
});
