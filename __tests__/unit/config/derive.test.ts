import { configText, fileSystem, load, validSections } from '../../helpers/config-text';

describe('values that follow from others', () => {
  test.each([
    ['PERSISTENT_2 gets 125', [], 125],
    ['PERSISTENT_1 SSD gets 50', ['deploymentType: PERSISTENT_1'], 50],
    ['PERSISTENT_1 HDD gets 12', ['deploymentType: PERSISTENT_1', 'storageType: HDD', 'storageCapacityGiB: 6000'], 12],
    ['SCRATCH_2 gets none', ['deploymentType: SCRATCH_2'], undefined],
    ['what is set stays', ['throughputMBpsPerTiB: 500'], 500],
  ])('%s', (_, lines, expected) => {
    expect(load(configText(fileSystem(...lines))).migration?.fileSystem.throughputMBpsPerTiB).toBe(expected);
  });

  test('the client follows from the OS, the pulled association is the first', () => {
    const { migration } = load(configText());
    expect(migration?.host.lustreClient).toBe('lustre-client');
    expect(migration?.pull.association).toBe('/nasdaq');
  });

  test("the mission's defaults", () => {
    const { migration } = load(
      configText({
        region: '',
        network: '',
        buckets: '',
        pull: '',
        host: validSections.host.replace('  os: amazon-linux-2023\n', ''),
      }),
    );
    expect(migration).toMatchObject({
      region: 'us-east-1',
      source: { port: 22 },
      network: { mode: 'create' },
      fileSystem: {
        deploymentType: 'PERSISTENT_2',
        storageType: 'SSD',
        storageCapacityGiB: 1200,
        throughputMBpsPerTiB: 125,
        lustreVersion: '2.12',
      },
      host: {
        os: 'amazon-linux-2',
        lustreClient: 'lustre2.10',
        mountPoint: '/fsx',
        mountOptions: ['noatime', 'flock'],
      },
    });
  });
});
