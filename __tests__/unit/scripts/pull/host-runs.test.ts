import { parseRunListing } from '../../../../scripts/pull/host-runs';

const monday = '2026-11-23T06-30-00-000Z-4711';
const tuesday = '2026-11-24T06-30-00-000Z-12';

test('runs of a listing, newest first, with the files that are there', () => {
  const listing = `${monday}/report.json 4321\n${tuesday}/events.ndjson 0\n${monday}/events.ndjson 240000000\n`;
  expect(parseRunListing(listing)).toEqual([
    { id: tuesday, sizesBytes: { 'events.ndjson': 0 } },
    { id: monday, sizesBytes: { 'events.ndjson': 240_000_000, 'report.json': 4321 } },
  ]);
  expect(parseRunListing('')).toEqual([]);
});

test.each([
  ['a way out of the folder', '../report.json 1'],
  ['a way out behind a run', `${monday}/../../../etc/report.json 1`],
  ['an absolute path', `/${monday}/report.json 1`],
  ['another name', 'authorized_keys/report.json 1'],
  ['a run with more behind it', `${monday}x/report.json 1`],
  ['a run with a dot', `${monday}./report.json 1`],
  ['another file', `${monday}/.bashrc 1`],
  ['a file with more before it', `${monday}/xreport.json 1`],
  ['a path for a file', `${monday}/a/report.json 1`],
  ['no size', `${monday}/report.json`],
  ['a negative size', `${monday}/report.json -1`],
  ['a size that is no number', `${monday}/report.json 1e9`],
  ['a size beyond numbers', `${monday}/report.json 9999999999999999`],
  ['more behind the size', `${monday}/report.json 1 ../x`],
  ['an escape sequence', `\u001b[2J${monday}/report.json 1`],
])('hostile: %s is left out', (_what, line) => {
  expect(parseRunListing(`${line}\n${tuesday}/report.json 7\n`)).toEqual([
    { id: tuesday, sizesBytes: { 'report.json': 7 } },
  ]);
});
