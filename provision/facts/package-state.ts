/** The installed version of a package, whichever package manager the host has. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

/** `2.10.8-5.fsx1.amzn2`; null where it is not installed. */
export function packageVersion(name: string): Fact<string | null> {
  return {
    key: `package:${name}`,
    probe: sh`if command -v rpm >/dev/null; then rpm -q --qf 'version %{VERSION}-%{RELEASE}\n' ${name}
elif command -v dpkg-query >/dev/null; then dpkg-query -W -f 'version \${Version} \${db:Status-Status}\n' ${name} 2>/dev/null
else echo "neither rpm nor dpkg-query is installed" >&2; exit 3
fi; [ $? -le 1 ]`,
    parse: (result) => {
      const match = /^version (\S+)(?: (\S+))?$/m.exec(textOf(result));
      if (match === null || (match[2] !== undefined && match[2] !== 'installed')) return null;
      return match[1] ?? null;
    },
  };
}
