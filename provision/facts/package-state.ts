/** The installed version of a package, whichever package manager the host has; a system of the one may have the other as a mere tool. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

/** `2.10.8-5.fsx1.amzn2`; null where it is not installed. */
export function packageVersion(name: string): Fact<string | null> {
  return {
    key: `package:${name}`,
    probe: sh`asked=
if command -v rpm >/dev/null; then asked=rpm; rpm -q --qf 'version %{VERSION}-%{RELEASE}\n' ${name} && exit; [ $? -le 1 ] || exit 2; fi
if command -v dpkg-query >/dev/null; then asked=dpkg; dpkg-query -W -f 'version \${Version} \${db:Status-Status}\n' ${name}; [ $? -le 1 ] || exit 2; fi
[ -n "$asked" ] || { echo "neither rpm nor dpkg-query is installed" >&2; exit 3; }`,
    parse: (result) => {
      const match = /^version (\S+)(?: (\S+))?$/m.exec(textOf(result));
      if (match === null || (match[2] !== undefined && match[2] !== 'installed')) return null;
      return match[1] ?? null;
    },
  };
}
