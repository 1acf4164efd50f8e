/**
 * How many addresses of a subnet a file system takes: one for each of its servers. Source: FSx for Lustre user guide, "IP
 * addresses for file systems", the storage of one object storage server by deployment type.
 */

import { capacitySteps } from './lustre';
import type { MigrationShape } from './schema/shape';

type FileSystem = MigrationShape['fileSystem'];

/** AWS keeps five addresses of every subnet ("Subnet CIDR blocks" of the VPC user guide). */
const reserved = 5;

/** Metadata IOPS of one metadata server. */
const iopsOfServer = 12_000;

/** Addresses of a subnet that anything may have: 251 of a /24. */
export function usableAddresses(prefixLength: number): number {
  return 2 ** (32 - prefixLength) - reserved;
}

/** The subnet that file system and hosts share: the first /24 of a VPC, all of a smaller one, or its half beside the NAT gateway of a private network. */
export function hostSubnetLength(vpcLength: number, access: 'public' | 'private'): number {
  return Math.max(24, vpcLength + (access === 'private' ? 1 : 0));
}

/** At least; FSx may take a few more while it replaces a server. */
export function fileSystemAddresses(fileSystem: FileSystem): number {
  const { storageCapacityGiB, metadataIops } = fileSystem;
  const perServerGiB = capacitySteps(fileSystem)?.stepGiB ?? 2400;
  const metadataServers = typeof metadataIops === 'number' ? Math.ceil(metadataIops / iopsOfServer) : 1;
  return metadataServers + Math.ceil(storageCapacityGiB / perServerGiB);
}
