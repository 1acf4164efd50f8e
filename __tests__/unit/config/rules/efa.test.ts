import { describeRight, describeWrong, fileSystem } from '../../../helpers/config-text';

const efa = (...lines: readonly string[]) =>
  fileSystem('efa: true', 'lustreVersion: "2.15"', 'metadataIops: AUTOMATIC', ...lines);

describeWrong('EFA', [
  {
    why: 'of another deployment type',
    given: fileSystem('efa: »true', 'deploymentType: PERSISTENT_1'),
    path: 'fileSystem.efa',
    message: /PERSISTENT_2 only, not PERSISTENT_1/,
    fix: /remove the key/,
  },
  {
    why: 'without a metadata configuration',
    given: fileSystem('efa: »true', 'lustreVersion: "2.15"', 'storageCapacityGiB: 38400'),
    path: 'fileSystem.efa',
    message: /needs a metadata configuration/,
    fix: /metadataIops: AUTOMATIC/,
  },
  {
    why: 'of a size without EFA',
    given: efa('storageCapacityGiB: »4800'),
    path: 'fileSystem.storageCapacityGiB',
    message: /multiples of 38400 \(EFA at 125 MB\/s\/TiB\) GiB, not 4800/,
    fix: /^use 38400$/,
  },
  {
    why: 'of the size of another tier',
    given: efa('throughputMBpsPerTiB: 500', 'storageCapacityGiB: »4800'),
    path: 'fileSystem.storageCapacityGiB',
    message: /multiples of 9600 \(EFA at 500/,
    fix: /^use 9600$/,
  },
]);

describeRight('EFA', [
  ['at 125', efa('storageCapacityGiB: 38400')],
  ['at 250', efa('throughputMBpsPerTiB: 250', 'storageCapacityGiB: 19200')],
  ['at 500', efa('throughputMBpsPerTiB: 500', 'storageCapacityGiB: 28800')],
  ['at 1000', efa('throughputMBpsPerTiB: 1000', 'storageCapacityGiB: 4800')],
  ['off', fileSystem('efa: false')],
]);

describeWrong('drive cache', [
  {
    why: 'of SSD storage',
    given: fileSystem('driveCache: »READ'),
    path: 'fileSystem.driveCache',
    message: /HDD storage only, not SSD/,
    fix: /remove the key/,
  },
]);

const hdd = ['deploymentType: PERSISTENT_1', 'storageType: HDD', 'storageCapacityGiB: 6000'];

describeRight('drive cache', [
  ['of HDD storage', fileSystem(...hdd, 'driveCache: READ')],
  ['none', fileSystem(...hdd, 'driveCache: NONE')],
]);
