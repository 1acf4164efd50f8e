/**
 * What FSx could not export or import, from the log group of the data repository: stream `datarepo_<file system>`, one event a failure
 * (FSx for Lustre user guide, "Data repository event logs"). A failure stands for a change of that moment; a later try may have
 * succeeded, so it counts only where the file is found wanting.
 */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

export interface RepositoryFailure {
  /** `S3ExportAccessDenied`, `PathSizeTooLong`...; '' where the event names none. */
  readonly code: string;
  readonly message: string;
  readonly time: Date;
}

export interface RepositoryLog {
  /** The newest failure of each key. */
  readonly byKey: ReadonlyMap<string, RepositoryFailure>;
  /** Those that name no key: of a whole bucket or prefix. The newest few. */
  readonly general: readonly RepositoryFailure[];
}

const mostKeys = 100_000;
const mostGeneral = 20;

/** Since then, or all of it. An empty log where FSx has written none yet; rejects where the log group is not there. */
export async function readRepositoryLog(
  client: CloudWatchLogsClient,
  {
    logGroup,
    fileSystemId,
    since,
    isExport = false,
  }: {
    readonly logGroup: string;
    readonly fileSystemId: string;
    readonly since?: Date;
    /** Leaves out failed imports: nothing that the file system has is lost by those. */
    readonly isExport?: boolean;
  },
): Promise<RepositoryLog> {
  const { paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs');
  const byKey = new Map<string, RepositoryFailure>();
  const general: RepositoryFailure[] = [];
  const query = {
    logGroupName: logGroup,
    logStreamNames: [`datarepo_${fileSystemId}`],
    ...(since !== undefined && { startTime: since.getTime() }),
  };
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
      for (const { message = '', timestamp = 0 } of events) {
        const { key, ...failure } = parseFailure(message, new Date(timestamp));
        if (isExport && isImport(failure.code)) continue;
        if (key === undefined) general.push(failure);
        else remember(byKey, key, failure);
        if (general.length > mostGeneral) general.shift();
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException' || isGroupGone(error as Error)) throw error;
  }
  return { byKey, general };
}

/** Of a group and of a stream that is not there, only the message tells which (CloudWatch Logs API, FilterLogEvents). */
export function isGroupGone({ name, message }: Error): boolean {
  return name === 'ResourceNotFoundException' && /log group/i.test(message);
}

function isImport(code: string): boolean {
  return code.startsWith('S3Import') || code.includes('AutoImport');
}

/** The oldest make room. */
function remember(byKey: Map<string, RepositoryFailure>, key: string, failure: RepositoryFailure): void {
  byKey.delete(key);
  byKey.set(key, failure);
  if (byKey.size <= mostKeys) return;
  const [oldest] = byKey.keys();
  if (oldest !== undefined) byKey.delete(oldest);
}

/** Events are JSON or plain text; both say `... S3 object with key KEY in S3 bucket BUCKET ...`. */
export function parseFailure(text: string, time: Date): RepositoryFailure & { readonly key: string | undefined } {
  const fields = fieldsOf(text);
  const message = (fields.message ?? text).trim();
  const key = fields.key ?? /\bwith key (.+?) in S3 bucket\b/s.exec(message)?.[1];
  const code =
    fields.code ?? /\b(?:S3\w+|PathSizeTooLong|ResourceBusy|\w+MatchDra|InternalAuto\w+Error)\b/.exec(text)?.[0] ?? '';
  return { key, code, message, time };
}

function fieldsOf(text: string): { readonly message?: string; readonly key?: string; readonly code?: string } {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const string = (...names: readonly string[]) =>
      names.map((name) => value[name]).find((found): found is string => typeof found === 'string');
    const [message, key, code] = [string('message'), string('s3Key', 'key'), string('errorCode', 'error_code')];
    return { ...(message && { message }), ...(key && { key }), ...(code && { code }) };
  } catch {
    return {};
  }
}
