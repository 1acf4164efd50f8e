/** What FSx could not export to S3 since a proof: its log. Credentials and endpoint are those of the environment. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SluiceError } from '../../provision/core/errors';
import { awsFailure } from '../aws/failure';
import { stoppable } from '../aws/stoppable';
import { isGroupGone, type RepositoryFailure, readRepositoryLog } from '../export-proof/repository-log';

export interface LogPlace {
  readonly logGroup: string;
  readonly fileSystemId: string;
  readonly since: Date;
}

/** The oldest first; of several of one key the newest. Rejects with a SluiceError. */
export async function failuresSince(
  region: string,
  place: LogPlace,
  signal: AbortSignal,
): Promise<readonly RepositoryFailure[]> {
  const client = stoppable(new CloudWatchLogsClient({ region }), signal);
  try {
    const { byKey, general } = await readRepositoryLog(client, { ...place, isExport: true });
    return [...byKey.values(), ...general].sort((a, b) => a.time.getTime() - b.time.getTime());
  } catch (error) {
    throw isGroupGone(error as Error) ? groupGone(place) : awsFailure(error, 'logs:FilterLogEvents');
  } finally {
    client.destroy();
  }
}

function groupGone({ logGroup }: LogPlace): SluiceError {
  return new SluiceError(`the log group ${logGroup} is gone: nobody can say whether FSx failed at an export since`, {
    code: 'EXPORT_UNPROVEN',
    kind: 'blocked',
    hint: 'npx sluice plan and apply make it anew, and npx sluice verify proves the export again; --abandon-unexported where what is not in S3 may be lost',
  });
}
