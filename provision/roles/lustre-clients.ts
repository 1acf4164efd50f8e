/**
 * The Lustre clients that can be installed, as data (FSx for Lustre user guide, "Installing the Lustre client" and "Lustre
 * file system and client kernel compatibility").
 */
import type { Migration } from '../../config/schema';
import { type Command, sh } from '../core/sh';

export type HostOs = Migration['host']['os'];
export type ClientChoice = NonNullable<Migration['host']['lustreClient']>;

export interface LustreClient {
  readonly choice: ClientChoice;
  /** The client's release series, and the first numbers of its package's version. */
  readonly series: string;
  readonly packageName: string;
  readonly install: Command;
  /** Lustre versions of file systems that it mounts. */
  readonly mounts: readonly string[];
  /** The kernels it is built for, for the message where there is no module. */
  readonly kernels: string;
}

export interface LustreHost {
  /** os-release(5) */
  readonly id: string;
  readonly versionId: string;
  readonly clients: readonly LustreClient[];
  /** systemd units that mean "the network is up", the usual one first. */
  readonly networkUnits: readonly string[];
}

export const lustreHosts: Readonly<Record<HostOs, LustreHost>> = {
  'amazon-linux-2': {
    id: 'amzn',
    versionId: '2',
    networkUnits: ['network.service', 'network-online.target'],
    clients: [
      {
        choice: 'lustre2.10',
        series: '2.10',
        packageName: 'lustre-client',
        install: sh`amazon-linux-extras install -y lustre2.10`,
        mounts: ['2.10', '2.12'],
        kernels: 'older than 5.10.144-127.601, 5.4.214-120.368 or 4.14.294-220.533, each in its series',
      },
      {
        choice: 'lustre',
        series: '2.12',
        packageName: 'lustre-client',
        install: sh`amazon-linux-extras install -y lustre`,
        mounts: ['2.10', '2.12', '2.15'],
        kernels: '5.10.144-127.601, 5.4.214-120.368 or 4.14.294-220.533, and newer ones of these series',
      },
    ],
  },
  'amazon-linux-2023': {
    id: 'amzn',
    versionId: '2023',
    networkUnits: ['systemd-networkd-wait-online.service', 'network-online.target'],
    clients: [
      {
        choice: 'lustre-client',
        series: '2.15',
        packageName: 'lustre-client',
        install: sh`dnf install -y lustre-client`,
        mounts: ['2.12', '2.15'],
        kernels: '6.1.79-99.167 and newer, any 6.12, any 6.18',
      },
    ],
  },
};
