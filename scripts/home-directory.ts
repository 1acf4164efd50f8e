/** Where a user's own files are: keys, known hosts, what runs leave. */
import { userInfo } from 'node:os';
import type { CliContext } from './context';

/** What HOME says, else what the system knows; `/`, as container engines have it, for a user number that it has no name for. */
export function homeDirectory({ HOME }: CliContext['env']): string {
  try {
    return HOME || userInfo().homedir;
  } catch {
    return '/';
  }
}
