import {
  objectionsTo,
  type ProofClaims,
  parseProof,
  proofFileOf,
  sealProof,
} from '../../../../scripts/export-proof/proof';
import { proofTable } from '../../../../scripts/render/export-proof';
import { proofClaims as claims } from '../../../helpers/proof-claims';

const counting = (counts: Partial<ProofClaims['counts']>): ProofClaims => ({
  ...claims,
  counts: { ...claims.counts, ...counts },
});

test('a proof reads back as it was sealed, whatever the order of its keys', () => {
  const proof = sealProof(claims);
  expect(proof.result).toBe('proven');
  expect(parseProof(JSON.stringify(proof), 'proof.json')).toEqual(proof);
  const turned = Object.fromEntries(Object.entries(proof).reverse());
  expect(parseProof(JSON.stringify(turned, null, 4), 'proof.json')).toEqual(proof);
});

test.each(['missing', 'different', 'unarchived', 'neverExportable', 'notPulled'] as const)(
  'one %s file and nothing is proven',
  (key) => {
    expect(sealProof(counting({ [key]: 1 })).result).toBe('not-proven');
    expect(objectionsTo(counting({ [key]: 1234 }))).toEqual([expect.stringMatching(/^1,234 /)]);
  },
);

test('what only the bucket has is no objection', () => {
  expect(sealProof(counting({ extra: 7 })).result).toBe('proven');
});

test('files that were read with no digest to compare with are shown where content was read, and no objection', () => {
  const tableOf = (each: ProofClaims) => proofTable(sealProof(each), { file: 'proof.json', color: false });
  const read = counting({ withoutDigest: 1234 });
  expect(sealProof(read).result).toBe('proven');
  expect(parseProof(JSON.stringify(sealProof(read)), 'proof.json').counts.withoutDigest).toBe(1234);
  expect(tableOf(read)).toMatch(/^without digest +1,234$/m);
  expect(tableOf(claims)).not.toContain('without digest');
});

test.each([
  ['no JSON', 'oops', 'not the proof'],
  ['another document', '{"version":1}', 'not the proof'],
  [
    'an edited count',
    JSON.stringify({ ...sealProof(claims), counts: { ...claims.counts, files: 4 } }),
    'changed since',
  ],
  ['an edited result', JSON.stringify({ ...sealProof(counting({ missing: 1 })), result: 'proven' }), 'changed since'],
])('refused: %s', (_, text, why) => {
  expect(() => parseProof(text, 'proof.json')).toThrow(`proof.json proves nothing: it`);
  expect(() => parseProof(text, 'proof.json')).toThrow(why);
});

test('it lies beside the state', () => {
  expect(proofFileOf('/project/migration.yaml', 'market-data')).toBe('/project/.sluice/market-data/proof.json');
});
