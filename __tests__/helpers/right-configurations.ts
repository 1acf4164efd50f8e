/** Configurations of which nothing is wrong, one for every choice that changes what is built, each by a name of its own. */
import { associations, fileSystem, host, network, pull, type Sections, source, validSections } from './config-text';

type Named = readonly (readonly [name: string, given: Sections])[];

const keyOf = (region: string) => `arn:aws:kms:${region}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const metadata = (iops: string) => ['lustreVersion: "2.15"', `metadataIops: ${iops}`];
const existing = (...lines: readonly string[]): Sections => ({
  network: `network:\n  mode: existing\n  vpcId: vpc-0a1b2c3d\n  subnetId: subnet-0a1b2c3d\n${lines.map((line) => `  ${line}`).join('\n')}`,
});
const bucket = (settings: string): Sections => ({
  buckets: `buckets: [{ name: example-market-data, ${settings} }]`,
});
const exportOnly = (settings: string): Sections => ({
  ...associations('{ path: /nasdaq, dataRepository: s3://example-market-data, autoImport: [] }'),
  ...bucket(settings),
});
const credentials = (text: string): Sections => ({
  source: validSections.source.replace(/credentials:\n.*/, `credentials: ${text}`),
});
const privateNetwork = (...rest: readonly string[]): Sections => ({
  network: `network: { ${['mode: create', 'access: private', ...rest].join(', ')} }`,
});

/** Every offer of the FSx API reference (CreateFileSystem): type, storage, throughput, sizes. */
const offers = [
  ['SCRATCH_2', 'SSD', undefined, [1200, 2400, 4800]],
  ['PERSISTENT_1', 'SSD', 50, [1200, 4800]],
  ['PERSISTENT_1', 'SSD', 100, [2400]],
  ['PERSISTENT_1', 'SSD', 200, [1200]],
  ['PERSISTENT_1', 'HDD', 12, [6000, 12_000]],
  ['PERSISTENT_1', 'HDD', 40, [1800, 5400]],
  ['PERSISTENT_2', 'SSD', 125, [1200, 2400, 4800, 7200]],
  ['PERSISTENT_2', 'SSD', 250, [1200, 9600]],
  ['PERSISTENT_2', 'SSD', 500, [2400]],
  ['PERSISTENT_2', 'SSD', 1000, [1200, 100_800]],
] as const;

const sizes: Named = offers.flatMap(([type, storage, throughput, capacities]) =>
  capacities.map((capacity) => {
    const lines = [`deploymentType: ${type}`, `storageType: ${storage}`, `storageCapacityGiB: ${capacity}`];
    const all = throughput === undefined ? lines : [...lines, `throughputMBpsPerTiB: ${throughput}`];
    return [`${type} ${storage} ${throughput ?? ''} of ${capacity} GiB`, fileSystem(...all)] as const;
  }),
);

const metadataIops: Named = ['AUTOMATIC', '1500', '3000', '6000', '12000', '24000', '192000'].map(
  (iops) => [`metadata IOPS ${iops}`, fileSystem(...metadata(iops))] as const,
);

const efa: Named = [
  [125, 38_400],
  [250, 19_200],
  [500, 9600],
  [1000, 14_400],
].map(([throughput, capacity]) => {
  const size = [`throughputMBpsPerTiB: ${throughput}`, `storageCapacityGiB: ${capacity}`];
  return [`EFA at ${throughput}`, fileSystem('efa: true', ...metadata('AUTOMATIC'), ...size)] as const;
});

const fileSystems: Named = [
  ['LZ4', fileSystem('dataCompression: LZ4')],
  ['Lustre 2.15', fileSystem('lustreVersion: "2.15"')],
  ['a key of yours', fileSystem(`kmsKey: "${keyOf('us-east-1')}"`)],
  ['a key of its own', fileSystem('kmsKey: create')],
  [
    'a read cache',
    fileSystem('deploymentType: PERSISTENT_1', 'storageType: HDD', 'storageCapacityGiB: 6000', 'driveCache: READ'),
  ],
  ['a log group of yours', fileSystem('logGroup: /aws/fsx/vendors/nasdaq')],
  ['errors only', fileSystem('logLevel: ERROR_ONLY')],
  ['a maintenance window', fileSystem('weeklyMaintenanceStart: "1:23:30"')],
  ['root squash', fileSystem('rootSquash: { uidGid: "65534:65534", noSquashNids: ["10.20.0.[1-254]@tcp"] }')],
  ['root squash turned off', fileSystem('rootSquash: { uidGid: "0:0" }')],
  ['no protection', fileSystem('preventDestroy: false')],
];

const links = Array.from(
  { length: 8 },
  (_, n) => `{ path: /n${n}, dataRepository: s3://vendor-bucket-${n % 3}/n${n} }`,
);

const linked: Named = [
  ['a whole bucket', associations('{ path: /a, dataRepository: s3://one-bucket }')],
  ['a bucket with dots', associations('{ path: /a, dataRepository: s3://data.example.com/a }')],
  ['a deep path', associations('{ path: /vendors/nasdaq/itch_5.0, dataRepository: s3://one-bucket/nasdaq/itch }')],
  ['a path in another script', associations('{ path: "/börse/東証", dataRepository: s3://one-bucket/a }')],
  [
    'new files only',
    associations('{ path: /a, dataRepository: s3://one-bucket, autoImport: [NEW], autoExport: [NEW] }'),
  ],
  ['no import', associations('{ path: /a, dataRepository: s3://one-bucket, autoImport: [] }')],
  ['no deletions', associations('{ path: /a, dataRepository: s3://one-bucket, autoExport: [NEW, CHANGED] }')],
  ['the smallest chunks', associations('{ path: /a, dataRepository: s3://one-bucket, importedFileChunkSizeMiB: 1 }')],
  [
    'the largest chunks',
    associations('{ path: /a, dataRepository: s3://one-bucket, importedFileChunkSizeMiB: 512000 }'),
  ],
  [
    'nothing shown at first',
    associations('{ path: /a, dataRepository: s3://one-bucket, batchImportMetadataOnCreate: false }'),
  ],
  [
    'two of one bucket',
    associations('{ path: /a, dataRepository: s3://one/a }', '{ path: /ab, dataRepository: s3://one/ab }'),
  ],
  ['eight over three buckets', associations(...links)],
  ['versions kept', bucket('versioning: true')],
  ['an existing bucket', bucket('existing: true')],
  ["a bucket's own key", bucket('kmsKey: create')],
  ["a bucket's key of yours", bucket(`kmsKey: "${keyOf('us-east-1')}"`)],
  ['a bucket elsewhere', exportOnly('region: eu-west-1')],
  ['a bucket elsewhere with a key of its own', exportOnly('region: eu-west-1, kmsKey: create, versioning: true')],
  ['a bucket elsewhere with a key of yours', exportOnly(`region: eu-west-1, kmsKey: "${keyOf('eu-west-1')}"`)],
  ['an existing bucket elsewhere', exportOnly('existing: true, region: ap-southeast-2')],
];

const networks: Named = [
  ['another block', network('cidr: 172.16.0.0/20')],
  ['the smallest block', network('cidr: 192.168.1.16/28')],
  ['a zone', network('availabilityZone: us-east-1b')],
  ['several operators', network('operatorCidrs: [203.0.113.7/32, 198.51.100.0/24, "2001:db8::/48"]')],
  ['operators everywhere, said so', network('operatorCidrs: [0.0.0.0/0]', 'allowSshFromAnywhere: true')],
  ['private', privateNetwork()],
  ['private, the smallest', privateNetwork('cidr: 10.0.0.0/27')],
  [
    'private, in a zone, for operators within',
    privateNetwork('availabilityZone: us-east-1c', 'operatorCidrs: [10.0.0.0/8]'),
  ],
  ['Session Manager only', { ...network('operatorCidrs: []'), ...host('sessionManager: true') }],
  ['existing', existing('operatorCidrs: [10.0.0.0/8]')],
  ['existing, without a public address', { ...existing(), ...host('elasticIp: false', 'sessionManager: true') }],
  ['another region', { region: 'region: eu-central-1' }],
  ['a small region', { region: 'region: eu-south-2', ...fileSystem('throughputMBpsPerTiB: 250') }],
];

const hosts: Named = [
  ['Graviton', host('instanceType: c7gn.4xlarge')],
  ['Graviton on Amazon Linux 2', host('os: amazon-linux-2', 'lustreClient: lustre', 'instanceType: m6g.large')],
  ['an image of yours', host('image: { amiId: ami-0a1b2c3d4e5f60718 }')],
  [
    'the 2.10 client on an older image',
    host('os: amazon-linux-2', 'lustreClient: lustre2.10', 'image: { amiId: ami-0a1b2c3d4e5f60718 }'),
  ],
  ['an image by parameter', host('image: { ssmParameter: /images/golden }')],
  ['a large disk', host('rootVolumeGiB: 500')],
  ['no Elastic IP', host('elasticIp: false')],
  ['three', host('count: 3')],
  ['sixty-four in private', { ...privateNetwork(), ...host('count: 64') }],
  ['spot', host('purchase: spot')],
  ['spot, several, Graviton', host('purchase: spot', 'count: 4', 'instanceType: c7gn.large')],
  ['another mount', host('mountPoint: /data/fsx', 'mountOptions: [relatime, localflock, user_xattr]')],
];

const others: Named = [
  ['a source by address', source('host: 203.0.113.20', 'port: 2222')],
  ['a source on the port of HTTPS', source('port: 443')],
  ['a key in a file', credentials('{ privateKey: { file: ~/.ssh/vendor } }')],
  ['a password in the environment', credentials('{ password: { environment: SFTP_PASSWORD } }')],
  [
    'secrets in Parameter Store',
    credentials('{ privateKey: { ssmParameter: /vendor/key }, passphrase: { ssmParameter: /vendor/phrase } }'),
  ],
  [
    'a secret by its ARN',
    credentials(
      '{ privateKey: { secretsManager: "arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf" } }',
    ),
  ],
  ['no tags', { tags: '' }],
  ['tags', { tags: 'tags: { team: market-data, "cost:center": "4711", owner: ops@example.com }' }],
  ['a short name', { name: 'name: abc' }],
  ['a long name', { name: 'name: market-data-of-all-the-exchanges'.slice(0, 38) }],
  ['filters', pull('includes: [/2026*]', 'excludes: ["*.tmp"]')],
  ['alarms', { alarms: 'alarms: { emails: [op@example.com] }' }],
  [
    'alarms of several hosts',
    { alarms: 'alarms: { emails: [a@example.com, b@example.com], freeSpacePercent: 25 }', ...host('count: 2') },
  ],
  ['a budget', { budget: 'budget: { monthlyUsd: 499.99, emails: [op@example.com] }' }],
  ['state in a bucket', { state: 'state: { s3: { bucket: tf-state } }' }],
  [
    'state in a bucket elsewhere',
    { state: `state: { s3: { bucket: tf-state, key: a/b, region: eu-west-1, kmsKey: "${keyOf('eu-west-1')}" } }` },
  ],
];

/** Everything on. Only its names are fixed: those of the buckets start with the migration's. */
export function everythingOn(name: string, ...lines: readonly string[]): Sections {
  return {
    name: `name: ${name}`,
    ...privateNetwork('availabilityZone: us-east-1a'),
    fileSystem: [
      'fileSystem:',
      '  storageCapacityGiB: 38400',
      '  efa: true',
      ...metadata('12000').map((line) => `  ${line}`),
      '  dataCompression: LZ4',
      '  kmsKey: create',
      '  logLevel: ERROR_ONLY',
      '  weeklyMaintenanceStart: "7:02:00"',
      '  rootSquash: { uidGid: "65534:65534", noSquashNids: ["10.20.0.[1-254]@tcp"] }',
      ...lines.map((line) => `  ${line}`),
      '  associations:',
      `    - { path: /nasdaq, dataRepository: s3://${name}-here/nasdaq, importedFileChunkSizeMiB: 2048 }`,
      `    - { path: /archive, dataRepository: s3://${name}-there, autoImport: [], batchImportMetadataOnCreate: false }`,
    ].join('\n'),
    buckets: [
      'buckets:',
      `  - { name: ${name}-here, versioning: true, kmsKey: create }`,
      `  - { name: ${name}-there, region: eu-west-1, kmsKey: create }`,
    ].join('\n'),
    ...host('count: 2', 'purchase: spot', 'instanceType: c7gn.xlarge'),
    alarms: 'alarms: { emails: [op@example.com] }',
    budget: 'budget: { monthlyUsd: 5000, emails: [op@example.com] }',
  };
}

export const rightConfigurations: Named = [
  ['the defaults', {}],
  ['everything on', everythingOn('everything')],
  ...sizes,
  ...metadataIops,
  ...efa,
  ...fileSystems,
  ...linked,
  ...networks,
  ...hosts,
  ...others,
];
