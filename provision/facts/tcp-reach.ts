/** Whether a TCP port answers, as the host sees it. Nothing is sent: the connection is opened and closed. */
import { sh } from '../core/sh';
import type { Fact } from './fact';

/** `silent`: no answer in time, as behind a security group without the rule; `refused`: an answer that says no. */
export type TcpReach = 'open' | 'refused' | 'silent' | 'no-route' | 'unresolved';

const patienceSeconds = 4;

export function tcpReach(name: string, port: number): Fact<TcpReach> {
  return {
    key: `tcp:${name}:${port}`,
    probe: sh`LC_ALL=C timeout ${patienceSeconds} bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${name} ${port}`,
    parse: ({ exitCode, stderr }) => {
      if (exitCode === 0) return 'open';
      if (exitCode === 124 || /timed out/i.test(stderr)) return 'silent';
      if (/refused/i.test(stderr)) return 'refused';
      return /name or service|name resolution|no address|invalid host/i.test(stderr) ? 'unresolved' : 'no-route';
    },
  };
}
