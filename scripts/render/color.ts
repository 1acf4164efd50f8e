/** Whether to write in colours. */
import type { CliContext } from '../context';

/** On a terminal that is not a dumb one, unless NO_COLOR is set and not empty (https://no-color.org). */
export function usesColor({ env }: Pick<CliContext, 'env'>, stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '';
}
