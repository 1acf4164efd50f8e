import { fileSystemAddresses, usableAddresses } from '../../../config/addresses';
import { fileSystem } from '../../helpers/config-text';
import { migrationOf } from '../../helpers/synth';

const addressesOf = (...lines: readonly string[]) => fileSystemAddresses(migrationOf(fileSystem(...lines)).fileSystem);

test.each([
  [28, 11],
  [24, 251],
  [16, 65_531],
])('of a /%i, %i addresses are left', (prefixLength, usable) => {
  expect(usableAddresses(prefixLength)).toBe(usable);
});

test.each([
  ['the smallest', [], 2],
  ['two storage servers', ['storageCapacityGiB: 4800'], 3],
  ['HDD', ['deploymentType: PERSISTENT_1', 'storageType: HDD', 'storageCapacityGiB: 12000'], 3],
  [
    'EFA, whose servers hold more',
    ['efa: true', 'lustreVersion: "2.15"', 'metadataIops: 12000', 'storageCapacityGiB: 76800'],
    3,
  ],
  ['several metadata servers', ['lustreVersion: "2.15"', 'metadataIops: 36000'], 4],
] as const)('a file system, %s', (_, lines, addresses) => {
  expect(addressesOf(...lines)).toBe(addresses);
});
