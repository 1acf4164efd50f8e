/** An option that may be given several times. */
import { Option } from 'commander';

/** Its value is every one given, in order; an empty list without any. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description} (may be repeated)`)
    .argParser((value: string, previous: readonly string[]) => [...previous, value])
    .default([], 'none');
}
