/** A proof of export of three files, before it is sealed: whole, of nothing but the listing. */
import type { ProofClaims } from '../../scripts/export-proof/proof';

export const proofClaims: ProofClaims = {
  version: 1,
  migration: 'market-data',
  createdAt: '2026-11-24T09:00:00.000Z',
  fileSystem: { id: 'fs-0123456789abcdef0', region: 'us-east-1', lifecycle: 'AVAILABLE' },
  associations: [{ id: 'dra-1', fileSystemPath: '/nasdaq', dataRepositoryPath: 's3://example/nasdaq' }],
  counts: { files: 3, bytes: 9, missing: 0, different: 0, extra: 0, unarchived: 0, neverExportable: 0, notPulled: 0 },
  source: null,
  bucket: { objects: 3, bytes: 9 },
  depth: 'listing',
  exportQueue: { oldestMessageAgeSeconds: null, failures: 0 },
};
