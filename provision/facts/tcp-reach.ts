/** Whether a TCP port answers, as the host sees it. Nothing is sent: the connection is opened and closed. */
import { sh } from '../core/sh';
import type { Fact } from './fact';

/** `silent`: no answer in time, as behind a security group without the rule; `refused`: an answer that says no. */
export type TcpReach = 'open' | 'refused' | 'silent' | 'no-route' | 'unresolved';

/** A resolver that is silent takes its time, and is no silent port. */
const resolvePatienceSeconds = 15;
const patienceSeconds = 4;
const unresolved = 68;

/** Of several addresses, the first, as a mount would take it. */
export function tcpReach(name: string, port: number): Fact<TcpReach> {
  return {
    key: `tcp:${name}:${port}`,
    probe: sh`set -- $(timeout ${resolvePatienceSeconds} getent ahosts ${name}); [ $# -gt 0 ] || exit ${unresolved}
timeout ${patienceSeconds} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" ${port}`,
    parse: ({ exitCode, stderr }) => {
      if (exitCode === 0) return 'open';
      if (exitCode === unresolved) return 'unresolved';
      if (exitCode === 124 || /timed out/i.test(stderr)) return 'silent';
      return /refused/i.test(stderr) ? 'refused' : 'no-route';
    },
  };
}
