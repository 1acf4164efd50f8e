/**
 * The systems that hosts run and the Lustre clients that each can have, as data, for x86_64 and arm64 alike (FSx for Lustre user guide,
 * "Installing the Lustre client" and "Lustre file system and client kernel compatibility").
 */
import type { Migration } from '../../config/schema';
import { type Command, sh } from '../core/sh';
import type { KernelRange } from './kernel-ranges';

export type HostOs = Migration['host']['os'];
export type ClientChoice = NonNullable<Migration['host']['lustreClient']>;
export type LustreVersion = '2.10' | '2.12' | '2.15';

/** A client as it is built for some kernels; a choice may have several, and the kernel decides. */
export interface LustreClient {
  readonly choice: ClientChoice;
  /** The client's release series, and the first numbers of its package's version. */
  readonly series: LustreVersion;
  readonly kernels: readonly KernelRange[];
  /** Minor release that the package repository is pinned to on these kernels: `9.6`, or `9` for the newest. */
  readonly release?: string;
}

/** Where packages come from that the system's own repositories do not have. */
export type Repository =
  | { readonly kind: 'apt'; readonly suite: string }
  /** Pinned to the minor release of the client. */
  | { readonly kind: 'yum' };

export interface LustreHost {
  /** os-release(5) */
  readonly id: string;
  readonly versionId: string;
  readonly clients: readonly LustreClient[];
  readonly repository: Repository | null;
  /** The package whose version is the client's, on a kernel. */
  readonly packageName: (kernel: string) => string;
  readonly install: (choice: ClientChoice, kernel: string) => Command;
  /** Brings the newest kernel, which the next boot runs. */
  readonly updateKernel: Command;
  /** For a person: what makes an installed kernel the one that the next boot runs. */
  readonly makeDefault: (kernel: string) => string;
  /** systemd units that mean "the network is up", the usual one first. */
  readonly networkUnits: readonly string[];
}

/** Versions of file systems that a client mounts, by the client's series. */
export const mountable: Readonly<Record<LustreVersion, readonly LustreVersion[]>> = {
  '2.10': ['2.10', '2.12'],
  '2.12': ['2.10', '2.12', '2.15'],
  '2.15': ['2.12', '2.15'],
};

const amazonLinux2Client212 = [
  { line: '5.10', from: '5.10.144-127.601' },
  { line: '5.4', from: '5.4.214-120.368' },
  { line: '4.14', from: '4.14.294-220.533' },
];

const byGrubby = (kernel: string) => `grubby --set-default=/boot/vmlinuz-${kernel}`;

const amazonLinux2: LustreHost = {
  id: 'amzn',
  versionId: '2',
  repository: null,
  packageName: () => 'lustre-client',
  install: (choice) => sh`amazon-linux-extras install -y ${choice}`,
  updateKernel: sh`yum update -y kernel`,
  makeDefault: byGrubby,
  networkUnits: ['network.service', 'network-online.target'],
  clients: [
    {
      choice: 'lustre2.10',
      series: '2.10',
      kernels: amazonLinux2Client212.map(({ line, from }) => ({ line, below: from })),
    },
    { choice: 'lustre', series: '2.12', kernels: amazonLinux2Client212 },
  ],
};

const amazonLinux2023: LustreHost = {
  id: 'amzn',
  versionId: '2023',
  repository: null,
  packageName: () => 'lustre-client',
  install: () => sh`dnf install -y lustre-client`,
  // Repositories are locked to the version of the image (AL2023 user guide, "Deterministic upgrades through versioned repositories").
  updateKernel: sh`dnf update -y --releasever=latest kernel`,
  makeDefault: byGrubby,
  networkUnits: ['systemd-networkd-wait-online.service', 'network-online.target'],
  clients: [
    {
      choice: 'lustre-client',
      series: '2.15',
      kernels: [{ line: '6.1', from: '6.1.79-99.167' }, { line: '6.12' }, { line: '6.18' }],
    },
  ],
};

const flavour = '-aws';
/** It waits for another user of the package database only where it is told to (apt.conf(5)); yum and dnf do by themselves. */
const aptGet = sh`DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300`;
/** What a power cut left in dpkg's journal: until it is done, apt-get installs nothing (apt, debSystem::CheckUpdates). */
const finishInterrupted = sh`if ls /var/lib/dpkg/updates 2>/dev/null | grep -q '^[0-9]*$'; then DEBIAN_FRONTEND=noninteractive dpkg --force-confdef --force-confold --configure -a; fi`;

/** The repository's index is read anew first; a mirror that fails is an error, which apt-get update by itself does not make of it. */
function ubuntu(versionId: string, suite: string, clients: readonly Omit<LustreClient, 'choice'>[]): LustreHost {
  const update = sh`${finishInterrupted} && ${aptGet} -o APT::Update::Error-Mode=any update`;
  return {
    id: 'ubuntu',
    versionId,
    repository: { kind: 'apt', suite },
    packageName: (kernel) => `lustre-client-modules-${kernel}`,
    install: (_choice, kernel) => sh`${update} && ${aptGet} install ${`lustre-client-modules-${kernel}`}`,
    updateKernel: sh`${update} && ${aptGet} install linux-aws`,
    // There is no grubby; with more than one kernel, the others are in a submenu.
    makeDefault: (kernel) =>
      `GRUB_DEFAULT="Advanced options for Ubuntu>Ubuntu, with Linux ${kernel}" in /etc/default/grub, then update-grub`,
    networkUnits: ['systemd-networkd-wait-online.service', 'network-online.target'],
    clients: clients.map((client) => ({ choice: 'lustre-client', ...client })),
  };
}

const ubuntu2204 = ubuntu('22.04', 'jammy', [
  {
    series: '2.15',
    kernels: [
      { line: '6.8.0', from: '6.8.0-1017', flavour },
      { line: '6.5.0', from: '6.5.0-1023', flavour },
      { line: '6.2.0', from: '6.2.0-1017', flavour },
    ],
  },
  { series: '2.12', kernels: [{ line: '5.15.0', from: '5.15.0-1015', to: '5.15.0-1051', flavour }] },
]);

const ubuntu2404 = ubuntu('24.04', 'noble', [
  {
    series: '2.15',
    kernels: [
      { line: '6.14.0', from: '6.14.0-1012', flavour },
      { line: '6.8.0', from: '6.8.0-1024', flavour },
    ],
  },
]);

type MinorRelease = readonly [release: string, kernels: KernelRange];

function enterpriseLinux(id: 'rhel' | 'rocky', versionId: '8' | '9'): LustreHost {
  const [series, releases] = versionId === '8' ? (['2.12', releases8] as const) : (['2.15', releases9] as const);
  return {
    id,
    versionId,
    repository: { kind: 'yum' },
    packageName: () => 'lustre-client',
    install: () => sh`dnf install -y kmod-lustre-client lustre-client`,
    updateKernel: sh`dnf update -y kernel`,
    makeDefault: byGrubby,
    networkUnits: ['network-online.target'],
    clients: releases.map(([release, range]) => ({ choice: 'lustre-client', series, release, kernels: [range] })),
  };
}

const releases8: readonly MinorRelease[] = [
  ['8', { line: '4.18.0-553' }],
  ['8.9', { line: '4.18.0-513' }],
  ['8.8', { line: '4.18.0-477' }],
  ['8.7', { line: '4.18.0-425' }],
  ['8.6', { line: '4.18.0-372' }],
  ['8.5', { line: '4.18.0-348' }],
  ['8.4', { line: '4.18.0-305' }],
];

const releases9: readonly MinorRelease[] = [
  ['9', { line: '5.14.0-611' }],
  ['9.6', { line: '5.14.0-570', from: '5.14.0-570.12.1' }],
  ['9.5', { line: '5.14.0-503', from: '5.14.0-503.19.1' }],
  ['9.4', { line: '5.14.0-427', from: '5.14.0-427.13.1' }],
  ['9.3', { line: '5.14.0-362', from: '5.14.0-362.18.1', to: '5.14.0-362.18.1' }],
  ['9.0', { line: '5.14.0-70', from: '5.14.0-70.13.1', to: '5.14.0-70.30.1' }],
];

export const lustreHosts: Readonly<Record<HostOs, LustreHost>> = {
  'amazon-linux-2': amazonLinux2,
  'amazon-linux-2023': amazonLinux2023,
  'ubuntu-22.04': ubuntu2204,
  'ubuntu-24.04': ubuntu2404,
  'rhel-8': enterpriseLinux('rhel', '8'),
  'rhel-9': enterpriseLinux('rhel', '9'),
  'rocky-8': enterpriseLinux('rocky', '8'),
  'rocky-9': enterpriseLinux('rocky', '9'),
};
