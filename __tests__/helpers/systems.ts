/** Every system that a host can run, both machines and both clients of Amazon Linux 2 among them. */
import type { BootedHostOptions } from './booted-host';
import type { HostInput } from './host-input';

export interface TestedSystem {
  readonly title: string;
  readonly host: BootedHostOptions;
  readonly input: HostInput;
  /** The version of the client that it gets. */
  readonly client: string;
}

function system(client: string, host: BootedHostOptions, lines: readonly string[] = []): TestedSystem {
  return { title: `${host.os}, ${host.machine}, Lustre ${client}`, client, host, input: { os: host.os, lines } };
}

export const testedSystems: readonly TestedSystem[] = [
  system('2.10.8', { os: 'amazon-linux-2', machine: 'x86_64' }),
  system('2.12.8', { os: 'amazon-linux-2', machine: 'aarch64', kernel: '5.10.240-238.955.amzn2.aarch64' }, [
    'lustreClient: lustre',
  ]),
  system('2.15.6', { os: 'amazon-linux-2023', machine: 'aarch64' }),
  system('2.15.6', { os: 'ubuntu-22.04', machine: 'x86_64' }),
  system('2.15.6', { os: 'ubuntu-24.04', machine: 'aarch64' }),
  system('2.12.9', { os: 'rhel-8', machine: 'x86_64' }),
  system('2.15.6', { os: 'rhel-9', machine: 'aarch64' }),
  system('2.12.9', { os: 'rocky-8', machine: 'aarch64' }),
  system('2.15.6', { os: 'rocky-9', machine: 'x86_64' }),
];
