import { associations, configText, describeRight, describeWrong, load } from '../../../helpers/config-text';

const one = (path: string, repository: string, ...rest: readonly string[]) =>
  `{ path: ${path}, dataRepository: ${[repository, ...rest].join(', ')} }`;
const nine = Array.from({ length: 9 }, (_, index) => one(`/d${index}`, `s3://bucket/d${index}`));

describeWrong('associations that FSx refuses', [
  {
    why: 'a web address of the bucket',
    given: associations(one('/a', '»https://market-data.s3.amazonaws.com/x')),
    path: 'fileSystem.associations[0].dataRepository',
    message: /not an S3 URI/,
    fix: /^write s3:\/\/market-data\/x$/,
  },
  {
    why: 'a web address of the bucket in a region',
    given: associations(one('/a', '»https://market-data.s3.eu-west-1.amazonaws.com/x')),
    path: 'fileSystem.associations[0].dataRepository',
    message: /not an S3 URI/,
    fix: /^write s3:\/\/market-data\/x$/,
  },
  {
    why: 'a web address with the bucket in its path',
    given: associations(one('/a', '»https://s3.eu-west-1.amazonaws.com/market-data/x')),
    path: 'fileSystem.associations[0].dataRepository',
    message: /not an S3 URI/,
    fix: /^write s3:\/\/market-data\/x$/,
  },
  {
    why: 'a URI of Hadoop',
    given: associations(one('/a', '»s3a://market-data/x')),
    path: 'fileSystem.associations[0].dataRepository',
    message: /not an S3 URI/,
    fix: /^write s3:\/\/market-data\/x$/,
  },
  {
    why: 'a path below the mount point',
    given: associations(one('»/fsx/nasdaq', 's3://market-data/x')),
    path: 'fileSystem.associations[0].path',
    message: /on the hosts it is \/fsx\/fsx\/nasdaq/,
    fix: /^write \/nasdaq:/,
    severity: 'warning',
  },
  {
    why: 'events that are no list',
    given: associations(one('/a', 's3://market-data/x', 'autoExport: »all')),
    path: 'fileSystem.associations[0].autoExport',
    message: /must be a list/,
    fix: /NEW, CHANGED, DELETED/,
  },
  {
    why: 'a data repository of more than 900 characters',
    given: associations(`{ path: /a, dataRepository: »s3://bucket/${'x'.repeat(889)} }`),
    path: 'fileSystem.associations[0].dataRepository',
    message: /has 901 characters; Terraform takes up to 900/,
    fix: /shorter/,
  },
  {
    why: 'a name of more than 255 bytes in a path',
    given: associations(`{ path: »/a/${'é'.repeat(128)}, dataRepository: s3://bucket }`),
    path: 'fileSystem.associations[0].path',
    message: /has 256 bytes; a name on the file system has up to 255/,
    fix: /shorter/,
  },
  {
    why: 'nine of them',
    given: { fileSystem: `fileSystem:\n  associations: »[${nine.join(', ')}]` },
    path: 'fileSystem.associations',
    message: /has 9 items, at most 8/,
    fix: /keep 8/,
  },
  {
    why: 'none of them',
    given: { fileSystem: 'fileSystem:\n  associations: »[]' },
    path: 'fileSystem.associations',
    message: /has 0 items, at least 1/,
    fix: /add one/,
  },
  {
    why: 'the same file system path twice',
    given: associations(one('/nasdaq', 's3://bucket/a'), one('»/nasdaq', 's3://bucket/b')),
    path: 'fileSystem.associations[1].path',
    message: /overlaps the file system path "\/nasdaq"/,
    fix: /none lies within another/,
  },
  {
    why: 'a file system path within another',
    given: associations(one('/nasdaq/itch', 's3://bucket/a'), one('»/nasdaq', 's3://bucket/b')),
    path: 'fileSystem.associations[1].path',
    message: /overlaps the file system path "\/nasdaq\/itch"/,
    fix: /none lies within another/,
  },
  {
    why: 'a data repository within another',
    given: associations(one('/a', 's3://bucket/x'), one('/b', '»s3://bucket/x/y')),
    path: 'fileSystem.associations[1].dataRepository',
    message: /overlaps the data repository "s3:\/\/bucket\/x"/,
    fix: /none lies within another/,
  },
  {
    why: 'a whole bucket beside a prefix of it',
    given: associations(one('/a', 's3://bucket/x'), one('/b', '»s3://bucket/')),
    path: 'fileSystem.associations[1].dataRepository',
    message: /overlaps/,
    fix: /none lies within another/,
  },
  {
    why: '"/" beside another',
    given: associations(one('/a', 's3://bucket/x'), one('»/', 's3://bucket/y')),
    path: 'fileSystem.associations[1].path',
    message: /must be the only association/,
    fix: /\/nasdaq/,
  },
  {
    why: '"/" alone, which leaves no place for unfinished files',
    given: associations(one('»/', 's3://bucket')),
    path: 'fileSystem.associations[0].path',
    message: /outside the association.*no pull can go into it/,
    fix: /\/nasdaq/,
  },
  {
    why: 'a relative path',
    given: associations(one('»nasdaq', 's3://bucket')),
    path: 'fileSystem.associations[0].path',
    message: /not a plain absolute path/,
    fix: /^write \/nasdaq$/,
  },
  {
    why: 'a slash at the end',
    given: associations(one('»/nasdaq/', 's3://bucket')),
    path: 'fileSystem.associations[0].path',
    message: /no slash at the end/,
    fix: /^write \/nasdaq$/,
  },
  {
    why: 'steps upwards',
    given: associations(one('»/a/../b', 's3://bucket')),
    path: 'fileSystem.associations[0].path',
    message: /"\.\."/,
    fix: /^write \/b$/,
  },
  {
    why: 'a bucket without its scheme',
    given: associations(one('/a', '»bucket/x')),
    path: 'fileSystem.associations[0].dataRepository',
    message: /not an S3 URI/,
    fix: /^write s3:\/\/bucket\/x$/,
  },
  {
    why: "a bucket's ARN",
    given: associations(one('/a', '»arn:aws:s3:::bucket')),
    path: 'fileSystem.associations[0].dataRepository',
    message: /not an S3 URI/,
    fix: /^write s3:\/\/bucket$/,
  },
  {
    why: 'an empty step in the prefix',
    given: associations(one('/a', '»s3://bucket/x//y')),
    path: 'fileSystem.associations[0].dataRepository',
    message: /step in its prefix/,
    fix: /s3:\/\/bucket\/prefix/,
  },
  {
    why: 'an event that does not exist',
    given: associations(one('/a', 's3://bucket', 'autoImport: [»CREATED]')),
    path: 'fileSystem.associations[0].autoImport[0]',
    message: /NEW, CHANGED or DELETED, not "CREATED"/,
    fix: /write one of these/,
  },
  {
    why: 'an event twice',
    given: associations(one('/a', 's3://bucket', 'autoExport: »[NEW, NEW, DELETED]')),
    path: 'fileSystem.associations[0].autoExport',
    message: /NEW is given twice/,
    fix: /^write \[NEW, DELETED\]$/,
  },
  {
    why: 'no export, which leaves S3 empty',
    given: associations(one('/a', 's3://bucket', 'autoExport: »[]')),
    path: 'fileSystem.associations[0].autoExport',
    message: /never reaches S3/,
    fix: /\[NEW, CHANGED, DELETED\]/,
    severity: 'warning',
  },
  {
    why: 'chunks of nothing',
    given: associations(one('/a', 's3://bucket', 'importedFileChunkSizeMiB: »0')),
    path: 'fileSystem.associations[0].importedFileChunkSizeMiB',
    message: /1 to 512000 MiB, not 0/,
    fix: /1024/,
  },
  {
    why: 'chunks over the most',
    given: associations(one('/a', 's3://bucket', 'importedFileChunkSizeMiB: »512001')),
    path: 'fileSystem.associations[0].importedFileChunkSizeMiB',
    message: /not 512001/,
    fix: /1024/,
  },
]);

describeRight('associations that FSx takes', [
  ['eight of them', associations(...nine.slice(1))],
  [
    'paths of which one only starts like the other',
    associations(one('/nasdaq', 's3://b-1/a'), one('/nasdaq2', 's3://b-1/ab')),
  ],
  ['the same prefix in two buckets', associations(one('/a', 's3://bucket-1/x'), one('/b', 's3://bucket-2/x'))],
  ['the longest', associations(one(`/${'x'.repeat(255)}`, `s3://bucket/${'x'.repeat(888)}`))],
  ['no import', associations(one('/a', 's3://bucket', 'autoImport: []'))],
  ['the largest chunk', associations(one('/a', 's3://bucket', 'importedFileChunkSizeMiB: 512000'))],
  ['names with spaces and dots', associations(one('/..a/b c', 's3://bucket/x y/.z'))],
]);

test('one broken association hides nothing in the others', () => {
  const { problems } = load(
    configText(associations('{ path: [], dataRepository: s3://BAD }', one('bad', 's3://bucket'))),
  );
  expect(problems.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
    'fileSystem.associations[0].path shape',
    'fileSystem.associations[0].dataRepository bucket-name',
    'fileSystem.associations[1].path association-path',
  ]);
});
