/** Texts with a unit, for keys that count in another. */
import { inUnitOf } from '../../../config/units';

test.each([
  ['bytesPerSecond', '100MB', 100_000_000, 'bytes'],
  ['bytesPerSecond', '100Mbit/s', 12_500_000, 'bytes'],
  ['bytesPerSecond', '1 Gbps', 125_000_000, 'bytes'],
  ['bytesPerSecond', '100 MiB/s', 104_857_600, 'bytes'],
  ['bytesPerSecond', '10m', 10_485_760, 'bytes'],
  ['bytes', '2 TB', 2e12, 'bytes'],
  ['storageCapacityGiB', '1.2TiB', 1228.8, 'GiB'],
  ['storageCapacityGiB', '4800 gib', 4800, 'GiB'],
  ['memoryMiB', '2G', 2048, 'MiB'],
  ['memoryMiB', '2Gi', 2048, 'MiB'],
  ['durationMinutes', '8h', 480, 'minutes'],
  ['durationMinutes', '2 days', 2880, 'minutes'],
  ['settleTimeSeconds', '30s', 30, 'seconds'],
  ['timeOffsetSeconds', '-5h', -18_000, 'seconds'],
  ['timeOffsetSeconds', '-05:30', -19_800, 'seconds'],
  ['timeOffsetSeconds', '+0200', 7200, 'seconds'],
  ['monthlyUsd', '$500', 500, 'dollars'],
  ['monthlyUsd', '$ 99.50', 99.5, 'dollars'],
  ['monthlyUsd', '500 USD', 500, 'dollars'],
  ['settleTimeSeconds', '5 min', 300, 'seconds'],
])('%s: %s is %d', (key, text, value, unit) => {
  expect(inUnitOf(key, text)).toEqual({ value, unit });
});

test.each([
  ['port', '22s'],
  ['bytesPerSecond', 'fast'],
  ['bytesPerSecond', '10 minutes'],
  ['durationMinutes', '2 GiB'],
  ['durationMinutes', '-05:30'],
  ['bytes', '1e9'],
  ['monthlyUsd', '€500'],
  ['storageCapacityGiB', '$1200'],
])('%s: nothing is made of %s', (key, text) => {
  expect(inUnitOf(key, text)).toBeUndefined();
});
