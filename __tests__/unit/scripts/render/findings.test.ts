import { renderFindings } from '../../../../scripts/render/findings';

const refused = { check: 'become root', status: 'problem', detail: 'sudo refuses', cure: 'give the password' } as const;
const known = { check: 'clock', status: 'ok', detail: 'right' } as const;

test.each([
  [[refused], '1 problem of 1 check'],
  [[refused, known], '1 problem of 2 checks'],
  [[refused, refused, known], '2 problems of 3 checks; the first may be the cause of the others'],
  [[{ ...known, status: 'unknown' as const }], '1 without an answer of 1 check'],
])('the verdict counts problems and checks, one by its name (%#)', (findings, verdict) => {
  const lines = renderFindings('host-1', findings, { color: false }).split('\n');
  expect(lines.at(-2)).toBe(`host-1: ${verdict}`);
});
