/** What was built, as far as the next steps and the vendor need it, in a few plain lines. */
import type { Outputs } from '../../stacks/outputs';

/** @param config The file that was named with `--config`, as a shell takes it. */
export function renderOutputs(
  { file_system, buckets, log_group, egress_addresses = [], hosts }: Outputs,
  config?: string,
): string {
  const lines = [
    ['file system', file_system.id],
    ['buckets', buckets.join(', ')],
    ['log group', log_group],
    ...hosts.map(({ name, address, username }) => ['host', `${name}, ${username}@${address}`]),
    ...egress_addresses.map((address) => ['egress address', `${address}, for the vendor's allow-list`]),
  ];
  const text = lines.map(([what = '', value]) => `${what.padEnd('egress address'.length)}  ${value}\n`);
  return `${text.join('')}next: npx sluice provision${config === undefined ? '' : ` -c ${config}`}\n`;
}
