/** What a host is: operating system, architecture, C library. Nothing here changes while a play runs. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface OsRelease {
  /** `amzn`, `ubuntu`, `rhel`. */
  readonly id: string;
  readonly versionId: string;
  readonly prettyName: string;
}

/** os-release(5). */
export const osRelease: Fact<OsRelease> = {
  key: 'os-release',
  stable: true,
  probe: sh`cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release`,
  parse: (result) => {
    const values = new Map<string, string>();
    for (const line of textOf(result).split('\n')) {
      const match = /^([A-Z_]+)=(.*)$/.exec(line.trim());
      if (match !== null) values.set(match[1] ?? '', unquote(match[2] ?? ''));
    }
    const id = values.get('ID') ?? 'linux';
    return { id, versionId: values.get('VERSION_ID') ?? '', prettyName: values.get('PRETTY_NAME') ?? id };
  },
};

function unquote(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2').replace(/\\(.)/g, '$1');
}

export interface Machine {
  /** As Node names it: `x64`, `arm64`; anything else as uname says it. */
  readonly arch: string;
  /** The GNU C library's version, `2.26`; null where there is another. */
  readonly glibc: string | null;
}

export const machine: Fact<Machine> = {
  key: 'machine',
  stable: true,
  probe: sh`uname -m; getconf GNU_LIBC_VERSION 2>/dev/null || true`,
  parse: (result) => {
    const [arch = '', libc = ''] = textOf(result).split('\n');
    const names: Record<string, string> = { x86_64: 'x64', aarch64: 'arm64' };
    return { arch: names[arch] ?? arch, glibc: /^glibc (\S+)$/.exec(libc)?.[1] ?? null };
  },
};
