import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { csvCell, TaskReport } from '../../../provision/pull/record/task-report';
import { anyOutcome } from '../../helpers/outcomes';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const paths = () => ({ ndjson: join(folder(), 'report.ndjson'), csv: join(folder(), 'report.csv') });

test.each([
  ['plain', '"plain"'],
  ['with "quotes", and commas', '"with ""quotes"", and commas"'],
  ['=cmd|calc', '"\'=cmd|calc"'],
  ['+1', '"\'+1"'],
  ['-1', '"\'-1"'],
  ['@SUM(A1)', '"\'@SUM(A1)"'],
  ['\t=1', '"\\t=1"'],
  ['a\nb\x1b[31m', '"a\\nb\\u001b[31m"'],
  ['\x9b', '"\\u009b"'],
  ['größe', '"größe"'],
])('%j is the cell %s', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('whatever the name, a cell is one line, one cell and no formula', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const cell = csvCell(value);
      expect(cell).toMatch(/^"[^"]*(?:""[^"]*)*"$/);
      expect(cell).not.toMatch(/[\r\n\t]/);
      expect(cell).not.toMatch(/^"[=+\-@]/);
    }),
  );
});

test('a line for each file of every outcome, in both forms; errors only where that is wanted', () => {
  fc.assert(
    fc.property(fc.array(anyOutcome, { maxLength: 30 }), fc.boolean(), (outcomes, errorsOnly) => {
      const names = { ndjson: join(folder(), `${Math.random()}.ndjson`), csv: join(folder(), `${Math.random()}.csv`) };
      const report = new TaskReport(names, errorsOnly ? 'ERRORS_ONLY' : 'SUCCESSES_AND_ERRORS');
      for (const outcome of outcomes) report.add(outcome);
      report.close();
      const wanted = outcomes.filter(({ kind }) => (errorsOnly ? kind === 'failed' : kind !== 'directory'));
      const rows = readFileSync(names.ndjson, 'utf8').split('\n').filter(Boolean);
      expect(rows.map((row) => JSON.parse(row).path)).toEqual(wanted.map(({ path }) => path));
      expect(readFileSync(names.csv, 'utf8').split('\r\n')).toHaveLength(wanted.length + 2);
    }),
    { numRuns: 10 },
  );
});

test('files of directories that no filter took in are no rows', () => {
  const report = new TaskReport(paths(), 'SUCCESSES_AND_ERRORS');
  report.add({ kind: 'excluded', path: 'a' });
  report.close();
  expect(readFileSync(paths().ndjson, 'utf8')).toBe('');
});
