/** The source of a run as one writes it for `sluice copy`. */
import { urlHost } from '../../provision/core/url-host';
import type { PullReport } from '../../provision/pull/record/report';

export function sourceUrl({ username, host, port, path }: PullReport['source']): string {
  return `sftp://${username}@${urlHost(host)}${port === 22 ? '' : `:${port}`}${path}`;
}
