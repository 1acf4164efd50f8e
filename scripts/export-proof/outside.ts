/** What lies on the file system beside all associations: FSx exports none of it, and it ends with the file system. */
import { posix } from 'node:path';

import { sh } from '../../provision/core/sh';
import { stagingName } from '../../provision/roles/job';
import { agentTimeoutMs } from '../pull/agent-on-host';
import { succeeded } from '../pull/succeeded';
import type { Finding } from './judge';
import { type ProofSubject, rootOf } from './look-at';

/** As much of names, one after the other, is read: hundreds of them are as good as all. */
const mostBytes = 65_536;

/**
 * One finding for each file and link; their paths are relative to the file system's root. Directories alone are no loss. Nor are parts in
 * staging, but where the source gives a file only once: there each may be the only copy.
 */
export async function findOutside(subject: ProofSubject, signal: AbortSignal): Promise<readonly Finding[]> {
  const root = rootOf(subject);
  const linked = subject.outputs.associations.map(({ file_system_path }) =>
    posix.resolve(root, `.${file_system_path}`),
  );
  if (linked.includes(root)) return [];
  const staging = posix.resolve(root, stagingName);
  const parts = posix.join(staging, 'parts');
  const isReadOnce = subject.migration.source.access === 'READ_ONCE';
  const inside = linked.flatMap((path) => ['-o', '-path', asPattern(path)]);
  inside.push('-o', '-path', isReadOnce ? `${asPattern(staging)}/*` : asPattern(staging));
  if (isReadOnce) inside.push('!', '-path', asPattern(parts), '!', '-path', `${asPattern(parts)}/*`);
  // From `root/`: where an automount lies, it happens. What goes meanwhile is no failure.
  const find = sh`find ${`${root}/`} -ignore_readdir_race -xdev '(' ${inside.slice(1)} ')' -prune -o ! -type d -print0`;
  const command = sh`{ ${find}; printf '%d\\0' $?; } | head -c ${String(mostBytes)}`;
  const { connection } = subject;
  const result = await connection.exec(command, { timeoutMs: agentTimeoutMs, signal });
  const { stdout } = succeeded(connection, result);
  const names = stdout.toString('utf8').split('\0').slice(0, -1);
  // How find ended comes last, where there are not too many names.
  if (stdout.length < mostBytes) succeeded(connection, { ...result, exitCode: Number(names.pop() ?? 1) });
  return names.map((name) => ({
    kind: 'neverExportable',
    path: posix.relative(root, name),
    reason: name.startsWith(`${parts}/`)
      ? 'it was received and never published, and the server gives a file only once'
      : 'it lies outside every association',
  }));
}

/** For find(1): a path that means itself. */
function asPattern(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, '\\$&');
}
