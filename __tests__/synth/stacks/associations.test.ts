import { associations } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const type = 'aws_fsx_data_repository_association';

describe('eight associations over three buckets', () => {
  const paths = ['/a', '/b', '/c_d', '/c/d', '/e', '/f', '/g', '/h'];
  const stack = synthesize(
    migrationOf(
      associations(
        ...paths.map((path, index) => `{ path: ${path}, dataRepository: s3://vendor-bucket-${index % 3}/to${path} }`),
      ),
    ),
  );
  const found = stack.resources(type);

  test('are all there, each path with its folder', () => {
    const linked = Object.values(found).map((item) => `${item.file_system_path} ${item.data_repository_path}`);
    expect(linked.sort()).toEqual(
      paths
        .map((path, index) => `${path} s3://\${aws_s3_bucket.bucket_vendor-bucket-${index % 3}.bucket}/to${path}`)
        .sort(),
    );
    expect(Object.keys(stack.resources('aws_s3_bucket'))).toHaveLength(3);
  });

  test('are one chain: FSx takes one request at a time', () => {
    const previousOf = (name: string): readonly string[] =>
      found[name]?.depends_on
        .filter((address: string) => address.startsWith(type))
        .map((address: string) => address.slice(type.length + 1));
    const first = Object.keys(found).filter((name) => previousOf(name).length === 0);
    expect(first).toHaveLength(1);
    const followers = Object.keys(found).flatMap(previousOf);
    // Everyone but the last is followed by exactly one.
    expect(new Set(followers).size).toBe(7);
    expect(followers).toHaveLength(7);
  });

  test('keep their addresses in another order', () => {
    const reversed = synthesize(
      migrationOf(associations('{ path: /b, dataRepository: s3://two/b }', '{ path: /a, dataRepository: s3://one/a }')),
    );
    expect(reversed.resources(type).associations_a?.file_system_path).toBe('/a');
  });
});

test('an association has its events, its chunk size and its time', () => {
  const stack = synthesize(
    migrationOf(
      associations(
        '{ path: /nasdaq, dataRepository: s3://example-market-data, autoImport: [NEW], autoExport: [NEW, CHANGED], importedFileChunkSizeMiB: 512, batchImportMetadataOnCreate: false }',
      ),
    ),
  );
  expect(stack.only(type)).toMatchObject({
    data_repository_path: 's3://${aws_s3_bucket.bucket_example-market-data.bucket}',
    s3: { auto_import_policy: { events: ['NEW'] }, auto_export_policy: { events: ['NEW', 'CHANGED'] } },
    imported_file_chunk_size: 512,
    batch_import_meta_data_on_create: false,
    delete_data_in_filesystem: false,
    timeouts: { create: '45m', update: '45m', delete: '45m' },
  });
});

test('an empty list of events is no policy', () => {
  const stack = synthesize(
    migrationOf(
      associations('{ path: /a, dataRepository: s3://example-market-data, autoImport: [], autoExport: [NEW] }'),
    ),
  );
  expect(stack.only(type).s3).toEqual({ auto_export_policy: { events: ['NEW'] } });
});

const idsOf = (...paths: readonly string[]) => {
  const stack = synthesize(
    migrationOf(
      associations(...paths.map((path, index) => `{ path: "${path}", dataRepository: s3://bucket-${index} }`)),
    ),
  );
  const found = Object.entries(stack.resources(type));
  return paths.map((path) => found.find(([, { file_system_path }]) => file_system_path === path)?.[0]);
};

test('ids are those that stacks have always had', () => {
  const paths = ['/nasdaq', '/a_b/c-d', '/a/_b', '/__a', '/my data', '/win-x64-build', '/bin-x86-64', '/😀'];
  expect(idsOf(...paths)).toEqual(
    ['nasdaq', 'a__b_c-d', 'a___b', '____a', 'my-x20-data', 'win-x64-build', 'bin-x86-64', '-xd83d--xde00-'].map(
      (id) => `associations_${id}`,
    ),
  );
});

test.each([
  ['/a_/b', '/a/_b'],
  ['/a b', '/a-x20-b'],
  ['/a_/_b', '/a/__b'],
])('%s and %s are two associations', (one, other) => {
  const ids = idsOf(one, other);
  expect(new Set(ids).size).toBe(2);
  expect(idsOf(other, one)).toEqual([...ids].reverse());
  expect([idsOf(one), idsOf(other)]).toEqual(ids.map((id) => [id]));
});

test('the tag Name is one that AWS takes, whatever the path', () => {
  const paths = ['/S&P 500/(daily)', '/long'.repeat(64), '/nasdaq'];
  const [odd, long, plain] = paths.map(
    (path) =>
      synthesize(migrationOf(associations(`{ path: "${path}", dataRepository: s3://bucket-a }`))).only(type).tags.Name,
  );
  expect([odd, plain]).toEqual(['sluice-market-data/S-P 500/-daily-', 'sluice-market-data/nasdaq']);
  expect(long).toHaveLength(256);
});
