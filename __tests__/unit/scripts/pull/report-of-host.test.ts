import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { proofFileOf, sealProof } from '../../../../scripts/export-proof/proof';
import { proofBeside } from '../../../../scripts/pull/report-of-host';
import { proofClaims } from '../../../helpers/proof-claims';
import { writeSyntheticRun } from '../../../helpers/synthetic-run';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

describe('the proof of export, beside the newest run', () => {
  const folder = useTemporaryFolder();

  const subject = () => ({ file: join(folder(), 'migration.yaml'), migration: { name: 'market-data' } });
  const proofFile = () => proofFileOf(subject().file, 'market-data');

  function writeRun() {
    const run = writeSyntheticRun(folder(), { entries: 10, bytesPerSecond: 1e8, troubleEvery: 0 });
    const { endedAt } = JSON.parse(readFileSync(join(run, 'report.json'), 'utf8'));
    return { run, endedMs: Date.parse(endedAt) };
  }

  function writeProof(createdMs: number) {
    const proof = sealProof({ ...proofClaims, createdAt: new Date(createdMs).toISOString() });
    mkdirSync(dirname(proofFile()), { recursive: true });
    writeFileSync(proofFile(), JSON.stringify(proof));
    return proof;
  }

  async function found(run: string) {
    const notes: string[] = [];
    const proof = await proofBeside(subject(), run, { note: (text) => notes.push(text) });
    return { proof, notes: notes.join('\n') };
  }

  test('is shown where it was begun after the run ended; where there is none, nothing is said', async () => {
    const { run, endedMs } = writeRun();
    const proof = writeProof(endedMs);
    expect(await found(run)).toEqual({ proof, notes: '' });
    rmSync(proofFile());
    expect(await found(run)).toEqual({ proof: undefined, notes: '' });
  });

  test('is left out, and why, where the run went on after it, goes on, or it proves nothing', async () => {
    const { run, endedMs } = writeRun();
    writeProof(endedMs - 1);
    expect(await found(run)).toEqual({
      proof: undefined,
      notes: expect.stringContaining('before the newest run was over'),
    });
    const proof = writeProof(endedMs);
    writeFileSync(proofFile(), JSON.stringify({ ...proof, migration: 'another' }));
    expect(await found(run)).toEqual({ proof: undefined, notes: expect.stringContaining('its content was changed') });
    rmSync(join(run, 'report.json'));
    writeProof(endedMs + 1);
    expect(await found(run)).toMatchObject({ proof: undefined });
  });
});
