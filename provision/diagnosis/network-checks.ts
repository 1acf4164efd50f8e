/**
 * The way from the host to the file system (FSx for Lustre user guide, "File system access control with Amazon VPC" and
 * "Troubleshooting": a mount hangs or fails).
 */
import { resolvedAddresses } from '../facts/addresses';
import { localPort } from '../facts/local-port';
import { tcpReach } from '../facts/tcp-reach';
import { type Check, ok, problem } from './check';

export function nameCheck(dnsName: string): Check {
  return {
    name: 'DNS of the file system',
    async look(facts) {
      const addresses = await facts.get(resolvedAddresses(dnsName));
      if (addresses.length > 0) return ok(`${dnsName} is ${addresses.join(', ')}`);
      return problem(
        `${dnsName} does not resolve on the host`,
        'turn on DNS support and DNS hostnames of the VPC (aws ec2 modify-vpc-attribute), and see /etc/resolv.conf on the host',
      );
    },
  };
}

export function reachCheck(dnsName: string, port: number): Check {
  return {
    name: `TCP ${port} of the file system`,
    async look(facts) {
      const [reach, addresses] = await Promise.all([
        facts.get(tcpReach(dnsName, port)),
        facts.get(resolvedAddresses(dnsName)),
      ]);
      if (addresses.length === 0) return { status: 'unknown', detail: 'the name does not resolve' };
      switch (reach) {
        case 'open':
          return ok('it answers');
        case 'silent':
          return problem(
            'no answer: a security group drops the packets, or no route leads there',
            'let the security groups of host and file system pass TCP 988 and 1018-1023 to and from each other, inbound and outbound',
          );
        case 'refused':
          return problem(
            'an answer that says no: nothing of Lustre listens at that address',
            'see whether the file system is AVAILABLE (aws fsx describe-file-systems) and the name is its own',
          );
        case 'unresolved':
          return {
            status: 'unknown',
            detail: 'the name resolves too slowly for the port to be tried',
            cure: 'see which of the servers in /etc/resolv.conf on the host does not answer',
          };
        default:
          return problem(
            'there is no way to it from the host',
            "see the subnet's route table and network ACLs: host and file system belong into one VPC, or into peered ones",
          );
      }
    },
  };
}

export function localPortCheck(port: number): Check {
  return {
    name: `TCP ${port} of the host`,
    async look(facts) {
      const holders = await facts.get(localPort(port));
      if (holders.length === 0) return ok('no other program holds it');
      return problem(
        `${holders.join(', ')} holds it, and Lustre needs it: NFS and RPC take such ports at boot`,
        `stop ${holders.join(', ')}, mount, start it again; for good: keep NFS off reserved ports (mount option noresvport)`,
      );
    },
  };
}
