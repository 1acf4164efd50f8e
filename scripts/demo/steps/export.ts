/** Step 7: what landed goes to S3, with FSx's part played; `sluice verify` tells before and after. */
import { dirname, join } from 'node:path';
import type { Migration } from '../../../config/schema';
import { formatCount } from '../../../provision/core/units';
import { objectionsTo, proofFileOf } from '../../export-proof/proof';
import { writeProof } from '../../export-proof/proof-file';
import { proveExport } from '../../export-proof/prove';
import { usesColor } from '../../render/color';
import { proofTable } from '../../render/export-proof';
import type { Stage } from '../stage';
import type { StandInBucket } from '../stand-in-bucket';
import { type StandInHost, standInOutputs } from '../stand-in-host';

export interface ExportStep {
  readonly migration: Migration;
  readonly host: StandInHost;
  readonly bucket: StandInBucket;
}

/** Whether everything is proven to be in S3. */
export async function exportAndVerify(stage: Stage, step: ExportStep): Promise<boolean> {
  const { folder, repository } = step.bucket;
  stage.title(
    '7 in S3',
    `FSx's part is played by a stand-in, into ${stage.shown(folder)}; sluice verify, before and after`,
  );
  const { objectionsText } = await verify(stage, step);
  stage.print(`before: ${objectionsText}\n`);
  const events = await repository.sync();
  stage.print(`FSx: ${formatCount(events.filter(({ way }) => way === 'exported').length)} objects exported\n`);
  const { proof, file } = await verify(stage, step);
  stage.print(proofTable(proof, { file: stage.shown(file), color: usesColor(stage.context, stage.context.stdout) }));
  return proof.result === 'proven';
}

async function verify({ context, workspace }: Stage, { migration, host, bucket }: ExportStep) {
  const file = proofFileOf(workspace.configFile, migration.name);
  const connection = await host.connect();
  try {
    const subject = {
      migration,
      outputs: standInOutputs(migration),
      connection,
      layout: host.layout,
      account: bucket.account,
    };
    const proof = await proveExport(subject, {
      depth: 'content',
      withSource: true,
      nudge: false,
      findingsFile: join(dirname(file), 'findings.ndjson'),
      reporter: () => undefined,
      now: context.now,
      sleep: async () => undefined,
      signal: context.signal,
    });
    await writeProof(file, proof);
    return { proof, file, objectionsText: objectionsTo(proof).join(', ') };
  } finally {
    await connection.close();
  }
}
