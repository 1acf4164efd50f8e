/** Files that some process has open for writing, of those whose descriptors this user may see. Linux; elsewhere none are seen. */
import { readdirSync, readFileSync, statSync } from 'node:fs';

/** Access modes of open(2), in the octal `flags:` of proc(5) fdinfo. */
const accessMode = 0o3;

/** Which of the files are, each as `device:inode`. */
export function filesOpenForWriting(files: ReadonlySet<string>): ReadonlySet<string> {
  const open = new Set<string>();
  if (files.size === 0) return open;
  for (const pid of listed('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of listed(`/proc/${pid}/fd`)) {
      const file = writtenThrough(`/proc/${pid}`, fd, files);
      if (file !== undefined) open.add(file);
    }
  }
  return open;
}

function writtenThrough(process: string, fd: string, files: ReadonlySet<string>): string | undefined {
  try {
    const stats = statSync(`${process}/fd/${fd}`, { bigint: true });
    const file = `${stats.dev}:${stats.ino}`;
    if (!files.has(file)) return undefined;
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`${process}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & accessMode) === 0 ? undefined : file;
  } catch {
    // The process or its descriptor is gone.
    return undefined;
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
