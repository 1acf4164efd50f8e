import fc from 'fast-check';
import { configText, describeRight, describeWrong, fileSystem, load } from '../../../helpers/config-text';

describeWrong('storage that FSx refuses minutes into an apply', [
  {
    why: 'capacity between the steps of SSD',
    given: fileSystem('storageCapacityGiB: »1300'),
    path: 'fileSystem.storageCapacityGiB',
    message: /1200, 2400, then multiples of 2400 GiB, not 1300/,
    fix: /^use 1200 or 2400$/,
  },
  {
    why: 'capacity below the least',
    given: fileSystem('storageCapacityGiB: »100'),
    path: 'fileSystem.storageCapacityGiB',
    message: /not 100$/,
    fix: /^use 1200$/,
  },
  ...(
    [
      ['1.2', /a whole number, not 1\.2$/, /^use 1200$/],
      ['2.4', /a whole number, not 2\.4$/, /^use 1200 or 2400$/],
      ['7', /not 7$/, /^use 4800 or 7200$/],
      ['1200.5', /a whole number, not 1200\.5$/, /^use 1200 or 2400$/],
    ] as const
  ).map(([capacity, message, fix]) => ({
    why: `capacity of ${capacity}, in TiB or next to a step`,
    given: fileSystem(`storageCapacityGiB: »${capacity}`),
    path: 'fileSystem.storageCapacityGiB',
    message,
    fix,
  })),
  {
    why: 'capacity of 3600, which only SCRATCH_1 comes in',
    given: fileSystem('deploymentType: SCRATCH_2', 'storageCapacityGiB: »3600'),
    path: 'fileSystem.storageCapacityGiB',
    message: /SCRATCH_2 SSD/,
    fix: /^use 2400 or 4800$/,
  },
  {
    why: 'HDD capacity off the steps of 12 MB/s/TiB',
    given: fileSystem('deploymentType: PERSISTENT_1', 'storageType: HDD', 'storageCapacityGiB: »7800'),
    path: 'fileSystem.storageCapacityGiB',
    message: /multiples of 6000 \(at 12 MB\/s\/TiB\)/,
    fix: /^use 6000 or 12000$/,
  },
  {
    why: 'HDD capacity off the steps of 40 MB/s/TiB',
    given: fileSystem(
      'deploymentType: PERSISTENT_1',
      'storageType: HDD',
      'throughputMBpsPerTiB: 40',
      'storageCapacityGiB: »6000',
    ),
    path: 'fileSystem.storageCapacityGiB',
    message: /multiples of 1800/,
    fix: /^use 5400 or 7200$/,
  },
  {
    why: 'the default capacity, where HDD does not come in it',
    given: {
      fileSystem:
        '»fileSystem:\n  deploymentType: PERSISTENT_1\n  storageType: HDD\n  associations: [{ path: /a, dataRepository: s3://bucket }]',
    },
    path: 'fileSystem.storageCapacityGiB',
    message: /not 1200/,
    fix: /^use 6000$/,
  },
  {
    why: 'capacity over the default quota',
    given: fileSystem('storageCapacityGiB: »103200'),
    path: 'fileSystem.storageCapacityGiB',
    message: /100800 GiB/,
    fix: /Service Quotas/,
    severity: 'warning',
  },
  {
    why: 'throughput of another type',
    given: fileSystem('throughputMBpsPerTiB: »200'),
    path: 'fileSystem.throughputMBpsPerTiB',
    message: /125, 250, 500 or 1000 MB\/s per TiB, not 200/,
    fix: /^use 250$/,
  },
  {
    why: 'throughput of PERSISTENT_2 on PERSISTENT_1',
    given: fileSystem('deploymentType: PERSISTENT_1', 'throughputMBpsPerTiB: »125'),
    path: 'fileSystem.throughputMBpsPerTiB',
    message: /50, 100 or 200/,
    fix: /^use 100$/,
  },
  {
    why: 'throughput of SSD on HDD, whose sizes follow from it',
    given: fileSystem('deploymentType: PERSISTENT_1', 'storageType: HDD', 'throughputMBpsPerTiB: »125'),
    path: 'fileSystem.throughputMBpsPerTiB',
    message: /12 or 40 MB\/s per TiB, not 125/,
    fix: /^use 40$/,
  },
  {
    why: 'throughput of SSD on HDD',
    given: fileSystem(
      'deploymentType: PERSISTENT_1',
      'storageType: HDD',
      'storageCapacityGiB: 6000',
      'throughputMBpsPerTiB: »50',
    ),
    path: 'fileSystem.throughputMBpsPerTiB',
    message: /12 or 40/,
    fix: /^use 40$/,
  },
  {
    why: 'throughput on SCRATCH_2',
    given: fileSystem('deploymentType: SCRATCH_2', 'throughputMBpsPerTiB: »125'),
    path: 'fileSystem.throughputMBpsPerTiB',
    message: /cannot be set for SCRATCH_2/,
    fix: /remove the key/,
  },
  {
    why: 'SCRATCH_1, which cannot be linked',
    given: fileSystem('deploymentType: »SCRATCH_1'),
    path: 'fileSystem.deploymentType',
    message: /cannot hold data repository associations/,
    fix: /PERSISTENT_2, or SCRATCH_2/,
  },
  {
    why: 'INTELLIGENT_TIERING, which cannot be linked',
    given: fileSystem('storageType: »INTELLIGENT_TIERING'),
    path: 'fileSystem.storageType',
    message: /cannot be linked to S3/,
    fix: /use SSD/,
  },
  {
    why: 'HDD on PERSISTENT_2',
    given: fileSystem('storageType: »HDD'),
    path: 'fileSystem.storageType',
    message: /HDD is for PERSISTENT_1 only/,
    fix: /use SSD, or PERSISTENT_1/,
  },
  {
    why: 'metadata IOPS off the steps',
    given: fileSystem('lustreVersion: "2.15"', 'metadataIops: »4000'),
    path: 'fileSystem.metadataIops',
    message: /not 4000/,
    fix: /^use 3000 or AUTOMATIC$/,
  },
  {
    why: 'metadata IOPS over the most',
    given: fileSystem('lustreVersion: "2.15"', 'metadataIops: »204000'),
    path: 'fileSystem.metadataIops',
    message: /up to 192000/,
    fix: /use 192000/,
  },
  {
    why: 'metadata IOPS on PERSISTENT_1',
    given: fileSystem('deploymentType: PERSISTENT_1', 'lustreVersion: "2.15"', 'metadataIops: »AUTOMATIC'),
    path: 'fileSystem.metadataIops',
    message: /PERSISTENT_2 only/,
    fix: /remove the key/,
  },
]);

describeRight('storage that FSx takes', [
  ['the defaults', {}],
  ['SCRATCH_2', fileSystem('deploymentType: SCRATCH_2')],
  ['metadata IOPS of 24000', fileSystem('lustreVersion: "2.15"', 'metadataIops: 24000')],
  ['automatic metadata IOPS', fileSystem('lustreVersion: "2.15"', 'metadataIops: AUTOMATIC')],
  [
    'HDD at 40',
    fileSystem(
      'deploymentType: PERSISTENT_1',
      'storageType: HDD',
      'throughputMBpsPerTiB: 40',
      'storageCapacityGiB: 1800',
    ),
  ],
]);

/** Written apart from the product's tables, from the API reference: type, storage, throughput, first sizes, step. */
const offers = [
  ['SCRATCH_2', 'SSD', undefined, [1200], 2400],
  ['PERSISTENT_1', 'SSD', 50, [1200], 2400],
  ['PERSISTENT_1', 'SSD', 100, [1200], 2400],
  ['PERSISTENT_1', 'SSD', 200, [1200], 2400],
  ['PERSISTENT_1', 'HDD', 12, [], 6000],
  ['PERSISTENT_1', 'HDD', 40, [], 1800],
  ['PERSISTENT_2', 'SSD', 125, [1200], 2400],
  ['PERSISTENT_2', 'SSD', 250, [1200], 2400],
  ['PERSISTENT_2', 'SSD', 500, [1200], 2400],
  ['PERSISTENT_2', 'SSD', 1000, [1200], 2400],
] as const;

function offered([type, storage, throughput]: (typeof offers)[number], capacity: number) {
  const lines = [`deploymentType: ${type}`, `storageType: ${storage}`, `storageCapacityGiB: ${capacity}`];
  return load(
    configText(fileSystem(...lines, ...(throughput === undefined ? [] : [`throughputMBpsPerTiB: ${throughput}`]))),
  );
}

describe('every size', () => {
  test('on a step is accepted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...offers), fc.integer({ min: 0, max: 15 }), (offer, index) => {
        const [, , , first, step] = offer;
        const sizes = [...first, ...Array.from({ length: 16 }, (_, steps) => (steps + 1) * step)];
        expect(offered(offer, sizes[index] ?? step).problems).toEqual([]);
      }),
    );
  });

  test('off a step is refused, and each size of the fix is accepted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...offers), fc.integer({ min: 1, max: 90_000 }), (offer, capacity) => {
        const [, , , first, step] = offer;
        fc.pre(capacity % step !== 0 && !first.some((size) => size === capacity));
        const { migration, problems } = offered(offer, capacity);
        expect(migration).toBeUndefined();
        expect(problems).toHaveLength(1);
        const sizes = problems[0]?.fix.match(/\d+/g)?.map(Number) ?? [];
        expect(sizes.length).toBeGreaterThan(0);
        for (const size of sizes) expect(offered(offer, size).problems).toEqual([]);
      }),
    );
  });

  test('throughput of any other value is refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...offers), fc.integer({ min: 1, max: 2000 }), ([type, storage, , , step], value) => {
        fc.pre(!offers.some((offer) => offer[0] === type && offer[1] === storage && offer[2] === value));
        const lines = [`deploymentType: ${type}`, `storageType: ${storage}`, `throughputMBpsPerTiB: ${value}`];
        const { problems } = load(
          configText(fileSystem(...lines, `storageCapacityGiB: ${step === 1800 ? 6000 : step}`)),
        );
        expect(problems.map(({ path }) => path)).toEqual(['fileSystem.throughputMBpsPerTiB']);
      }),
    );
  });
});

test('a wrong value beside the capacity does not hide that the capacity is wrong', () => {
  const { problems } = load(configText(fileSystem('storageCapacityGiB: 1300', 'lustreVersion: "9.9"')));
  expect(problems.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['fileSystem.storageCapacityGiB', 'fileSystem.lustreVersion']),
  );
});
