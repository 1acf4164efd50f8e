/** What keeps a page small, however long the run. */
import fc from 'fast-check';
import { DirectoryTree } from '../../../scripts/report/directory-tree';
import { EntryLog } from '../../../scripts/report/entry-log';
import { LogHistogram } from '../../../scripts/report/log-histogram';
import type { DirectoryNode } from '../../../scripts/report/report-data';
import { ThinnedSeries } from '../../../scripts/report/thinned-series';

describe('LogHistogram', () => {
  test('quantiles are off by at most 1/16', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 44 }), { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = new LogHistogram();
        for (const value of values) histogram.add(value);
        const sorted = [...values].sort((a, b) => a - b);
        const { median, p99, max } = histogram.result();
        for (const [share, told] of [[0.5, median] as const, [0.99, p99] as const]) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact / 16 + 1);
        }
        expect(max).toBe(sorted.at(-1));
      }),
    );
  });

  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [1023, 10],
    [1024, 11],
  ])('%d lies in bin %d', (value, bin) => {
    const histogram = new LogHistogram();
    histogram.add(value);
    expect(histogram.result().bins).toEqual([{ bin, count: 1, sum: value }]);
  });
});

describe('ThinnedSeries', () => {
  test('keeps a bounded, ordered part of the samples, with the first and the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (length) => {
        const series = new ThinnedSeries<{ readonly at: number }>();
        for (let at = 0; at < length; at += 1) series.add({ at });
        const kept = series.result().map(({ at }) => at);
        expect(kept.length).toBeLessThanOrEqual(481);
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(length, 240));
        expect([kept[0], kept.at(-1)]).toEqual([0, length - 1]);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });
});

describe('DirectoryTree', () => {
  const files = fc.array(
    fc.record({
      names: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 6 }),
      sizeBytes: fc.integer({ min: 0, max: 1000 }),
    }),
    { maxLength: 300 },
  );

  test('stays within its bounds with exact totals, and nothing has less than what is in it', () => {
    fc.assert(
      fc.property(files, (entries) => {
        const tree = new DirectoryTree({ capacity: 40 });
        for (const { names, sizeBytes } of entries) tree.addFile([...names, 'file'].join('/'), sizeBytes);
        const root = tree.result(12);
        const nodes = allOf(root);
        expect(nodes.length).toBeLessThanOrEqual(12);
        expect(root.bytes).toBe(entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
        expect(root.files).toBe(entries.length);
        for (const { bytes, children } of nodes) {
          expect(bytes).toBeGreaterThanOrEqual(children.reduce((sum, child) => sum + child.bytes, 0));
        }
      }),
    );
  });

  test('the small go first; how many went is told', () => {
    const tree = new DirectoryTree();
    for (const [path, sizeBytes] of [
      ['large/x', 900],
      ['middle/x', 90],
      ['small/x', 1],
    ] as const) {
      for (let copy = 0; copy < 3; copy += 1) tree.addFile(`${path}${copy}`, sizeBytes);
    }
    const root = tree.result(3);
    expect(root.children.map(({ name, bytes, files }) => ({ name, bytes, files }))).toEqual([
      { name: 'large', bytes: 2700, files: 3 },
      { name: 'middle', bytes: 270, files: 3 },
    ]);
    expect(root.rolledUp).toBe(1);
  });

  function allOf(node: DirectoryNode): DirectoryNode[] {
    return [node, ...node.children.flatMap(allOf)];
  }
});

describe('EntryLog', () => {
  test('keeps what there is room for, counts all, and one kind takes no room from another', () => {
    const log = new EntryLog(8000);
    for (let index = 0; index < 500; index += 1) {
      log.add({ kind: 'failed', path: `file-${index}`, code: index % 3 === 0 ? 'EACCES' : 'GONE', reason: 'no' });
    }
    log.add({ kind: 'skipped', path: 'pipe', reason: 'it is a named pipe' });
    const { rows, totals, failuresByCode } = log.result();
    expect(totals).toEqual({ failed: 500, skipped: 1, retried: 0, removed: 0 });
    expect(JSON.stringify(rows).length).toBeLessThan(8000);
    expect(rows.filter(({ kind }) => kind === 'failed').length).toBeGreaterThan(10);
    expect(rows.filter(({ kind }) => kind === 'skipped').map(({ path }) => path)).toEqual(['pipe']);
    expect(failuresByCode.map(({ code, count }) => [code, count])).toEqual([
      ['GONE', 333],
      ['EACCES', 167],
    ]);
  });

  test('a server cannot fill the page with codes', () => {
    const log = new EntryLog(0);
    for (let index = 0; index < 1000; index += 1) {
      log.add({ kind: 'failed', path: 'x', code: `CODE_${index}`, reason: '' });
    }
    const { failuresByCode } = log.result();
    expect(failuresByCode.length).toBeLessThanOrEqual(21);
    expect(failuresByCode.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  });
});
