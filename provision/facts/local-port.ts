/** Who holds a TCP port of the host itself (ss(8)). */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

/**
 * Names of the programs that listen on the port on every address, or have a connection from it. Of the kernel's own sockets, which
 * Lustre's are and which have no program, only NFS is among them.
 */
export function localPort(port: number): Fact<readonly string[]> {
  return {
    key: `local-port:${port}`,
    probe: sh`ss -H -t -a -n -p ${`sport = :${port}`}`,
    parse: (result) => {
      const holders = textOf(result)
        .split('\n')
        .flatMap((line) => {
          const [state = '', , , local = '', peer = ''] = line.split(/\s+/);
          // The kernel's, and no program's: NFS takes a port below 1024 for its end, and 988 is one.
          if (peer.endsWith(':2049')) return ['NFS'];
          const isOneAddress = state === 'LISTEN' && !/^(\*|0\.0\.0\.0|\[::\]):/.test(local);
          const program = /users:\(\("([^"]+)"/.exec(line)?.[1];
          return program === undefined || isOneAddress ? [] : [program];
        });
      return [...new Set(holders)];
    },
  };
}
