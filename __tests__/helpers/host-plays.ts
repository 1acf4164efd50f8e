/** Plays on a booted host, as `sluice provision` makes them, with their events kept. */
import { readFileSync } from 'node:fs';
import type { Migration } from '../../config/schema';
import { pinnedHostKeys } from '../../provision/connection/host-key-policy';
import { reopeningTransport } from '../../provision/connection/reopening';
import { ShellConnection, type Transport } from '../../provision/connection/shell-connection';
import { sshTransport } from '../../provision/connection/ssh';
import { Secret } from '../../provision/core/secret';
import type { PlayEvent, Recap, TaskResult } from '../../provision/events';
import { play } from '../../provision/play';
import type { Role } from '../../provision/role';
import type { Outputs } from '../../stacks/outputs';
import type { BootedHost } from './booted-host';
import type { StandInFileSystem } from './booted-host/file-systems';
import { load } from './config-text';
import { recordingTransport } from './recording-transport';

export const testFileSystem: StandInFileSystem = {
  dnsName: 'fs-0123456789abcdef0.fsx.us-east-1.amazonaws.com',
  mountName: 'abcdbbmv',
  lustreVersion: '2.12',
};

/** The migration that a text describes; a text with problems fails the test. */
export function migrationOf(text: string): Migration {
  const { migration, problems } = load(text);
  if (migration === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return migration;
}

export function outputsOf(host: Pick<BootedHost, 'address' | 'username'>, fileSystem = testFileSystem): Outputs {
  return {
    name: 'market-data',
    region: 'us-east-1',
    file_system: {
      id: 'fs-0123456789abcdef0',
      dns_name: fileSystem.dnsName ?? '',
      mount_name: fileSystem.mountName,
      lustre_version: fileSystem.lustreVersion,
      port: 988,
    },
    associations: [
      { id: 'dra-1', file_system_path: '/nasdaq', data_repository_path: 's3://example-market-data/nasdaq' },
    ],
    buckets: ['example-market-data'],
    log_group: '/aws/fsx/market-data',
    hosts: [
      {
        name: 'host-1',
        instance_id: 'i-0123456789abcdef0',
        address: host.address,
        private_address: host.address,
        username: host.username,
      },
    ],
  };
}

/** SSH to a booted host, whose keys are pinned. */
export function logInTo(host: BootedHost): Promise<Transport> {
  return sshTransport({
    name: 'host-1',
    address: host.address,
    port: host.port,
    username: host.username,
    hostKey: pinnedHostKeys('host-1', host.hostKeyFingerprints),
    identities: [{ privateKey: new Secret(readFileSync(host.identityFile, 'utf8')) }],
  });
}

export interface Played {
  readonly recap: Recap;
  readonly events: readonly PlayEvent[];
  /** By "role: task". */
  readonly tasks: ReadonlyMap<string, TaskResult>;
  /** Everything that went out in command lines. */
  readonly commandLines: string;
}

export interface PlayOn {
  readonly roles: readonly Role[];
  readonly mode: 'check' | 'apply';
  readonly tags?: readonly string[];
}

export async function playOn(host: BootedHost, { roles, mode, tags = [] }: PlayOn): Promise<Played> {
  const events: PlayEvent[] = [];
  let commandLines: readonly string[] = [];
  const open = () => logInTo(host);
  const connect = async () => {
    const transport = recordingTransport(reopeningTransport(await open(), open));
    commandLines = transport.commandLines;
    return new ShellConnection(transport, 'root');
  };
  const [recap] = await play([{ name: 'host-1', connect, roles }], {
    mode,
    selection: { tags },
    forks: 1,
    clock: () => performance.now(),
    reporter: (event) => events.push(event),
  });
  const ended = events.flatMap((event) => (event.type === 'task-ended' ? [event] : []));
  return {
    recap: recap as Recap,
    events,
    tasks: new Map(ended.map((event) => [`${event.role}: ${event.task}`, event])),
    commandLines: commandLines.join('\n'),
  };
}

export function statuses(played: Played): Record<string, number> {
  return Object.fromEntries(Object.entries(played.recap.counts).filter(([, count]) => count > 0));
}

/** The changes of every task that has any, by task: what a check and an apply have to agree on. */
export function changesOf({ tasks }: Played): Record<string, unknown> {
  return Object.fromEntries(
    [...tasks].filter(([, { changes }]) => changes.length > 0).map(([task, { changes }]) => [task, changes]),
  );
}
