/** What was built, as far as the next steps and the vendor need it, in a few plain lines. */
import type { Outputs } from '../../stacks/outputs';

/** @param next The command that comes next. */
export function renderOutputs(
  { file_system, buckets, log_group, egress_addresses = [], hosts }: Outputs,
  next: string,
): string {
  const lines = [
    ['file system', file_system.id],
    ['buckets', buckets.join(', ')],
    ['log group', log_group],
    ...hosts.map(({ name, address, username }) => ['host', `${name}, ${username}@${address}`]),
    ...egress_addresses.map((address) => ['egress address', `${address}, for the vendor's allow-list`]),
  ];
  const text = lines.map(([what = '', value]) => `${what.padEnd('egress address'.length)}  ${value}\n`);
  return `${text.join('')}next: ${next}\n`;
}
