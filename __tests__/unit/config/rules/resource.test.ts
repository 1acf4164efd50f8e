import { configText, describeRight, describeWrong, fileSystem, load } from '../../../helpers/config-text';

const tooLong = `name: »${'a'.repeat(33)}`;

describeWrong('names, tags and regions', [
  {
    why: 'a zone for a region, beside a bucket in the region, is one problem',
    given: { region: 'region: »us-east-1a', buckets: 'buckets: [{ name: example-market-data, region: us-east-1 }]' },
    path: 'region',
    message: /one of its zones/,
    fix: /^write us-east-1$/,
  },
  {
    why: 'a name with capitals and spaces',
    given: { name: 'name: »Market Data' },
    path: 'name',
    message: /"Market Data" cannot be part of resource names/,
    fix: /^write market-data$/,
  },
  { why: 'a name too long', given: { name: tooLong }, path: 'name', message: /3 to 32/, fix: /^write a{32}$/ },
  { why: 'a name of one letter', given: { name: 'name: »a' }, path: 'name', message: /3 to 32/, fix: /market-data/ },
  {
    why: 'a name with a hyphen at the end',
    given: { name: 'name: »market-' },
    path: 'name',
    message: /single hyphens/,
    fix: /^write market$/,
  },
  {
    why: "a tag of AWS's",
    given: { tags: 'tags: { »aws:team: x }' },
    path: 'tags.aws:team',
    message: /belong to AWS/,
    fix: /rename/,
  },
  {
    why: "a tag of sluice's own",
    given: { tags: 'tags: { »project: x }' },
    path: 'tags.project',
    message: /project is set by sluice itself/,
    fix: /rename/,
  },
  {
    why: "a tag that is sluice's own but for its case",
    given: { tags: 'tags: { »name: x }' },
    path: 'tags.name',
    message: /Name is set by sluice itself/,
    fix: /rename/,
  },
  {
    why: 'two tags that differ in case only',
    given: { tags: 'tags: { team: x, »Team: y }' },
    path: 'tags.Team',
    message: /"Team" and "team" are one key to IAM/,
    fix: /keep one/,
  },
  {
    why: 'a character that no tag may have',
    given: { tags: 'tags: { team: »"a;b" }' },
    path: 'tags.team',
    message: /not a tag value/,
    fix: /letters, digits/,
  },
  {
    why: 'a tag without a value, which the provider never sees as it is',
    given: { tags: "tags: { team: »'' }" },
    path: 'tags.team',
    severity: 'warning',
    message: /every plan will change the tags of the buckets/,
    fix: /remove the tag/,
  },
  {
    why: 'a tag that is a number',
    given: { tags: 'tags: { costCenter: »4711 }' },
    path: 'tags.costCenter',
    message: /must be text, but it is a number/,
    fix: /quotes, just as it stands/,
  },
  {
    why: 'more tags than fit',
    given: { tags: `tags: »{ ${Array.from({ length: 41 }, (_, index) => `t${index}: x`).join(', ')} }` },
    path: 'tags',
    message: /41 tags are too many/,
    fix: /keep 40/,
  },
  {
    why: 'a zone for the region',
    given: { region: 'region: »us-east-1a' },
    path: 'region',
    message: /but one of its zones/,
    fix: /^write us-east-1$/,
  },
  {
    why: "a region's name for its code",
    given: { region: 'region: »N. Virginia' },
    path: 'region',
    message: /not a region/,
    fix: /us-east-1/,
  },
  {
    why: 'a region not known yet',
    given: { region: 'region: »us-east-7' },
    path: 'region',
    message: /not a region known/,
    fix: /did you mean us-east-1 or us-east-2\?/,
    severity: 'warning',
  },
  {
    why: 'a high throughput in a small region',
    given: { region: 'region: eu-south-2', ...fileSystem('throughputMBpsPerTiB: »1000') },
    path: 'fileSystem.throughputMBpsPerTiB',
    message: /eu-south-2 may offer PERSISTENT_2 at 125 and 250/,
    fix: /use 250/,
    severity: 'warning',
  },
]);

const arn = 'arn:aws:kms:us-east-1:111122223333';
const id = '1234abcd-12ab-34cd-56ef-1234567890ab';

describeWrong('keys and logs', [
  {
    why: 'a KMS alias',
    given: fileSystem('kmsKey: »alias/market-data'),
    path: 'fileSystem.kmsKey',
    message: /alias.*replacement of the file system/,
    fix: /aws kms describe-key --key-id alias\/market-data/,
  },
  {
    why: "a KMS alias's ARN, which a plan lets through",
    given: fileSystem(`kmsKey: »${arn}:alias/market-data`),
    path: 'fileSystem.kmsKey',
    message: /is an alias/,
    fix: /describe-key --key-id arn:aws:kms/,
  },
  {
    why: "a KMS key's id, which the provider refuses",
    given: fileSystem(`kmsKey: »${id}`),
    path: 'fileSystem.kmsKey',
    message: /the provider takes its ARN only/,
    fix: /describe-key/,
  },
  {
    why: 'a KMS key of another region',
    given: fileSystem(`kmsKey: »${arn.replace('us-east-1', 'eu-west-1')}:key/${id}`),
    path: 'fileSystem.kmsKey',
    message: /in eu-west-1, the file system in us-east-1/,
    fix: /key of us-east-1/,
  },
  {
    why: 'a KMS key of another partition',
    given: {
      region: 'region: us-gov-west-1',
      ...fileSystem(`kmsKey: »${arn.replace('us-east', 'us-gov-west')}:key/${id}`),
    },
    path: 'fileSystem.kmsKey',
    message: /begin with arn:aws-us-gov, not arn:aws$/,
    fix: /^write arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/,
  },
  {
    why: 'no KMS key where ARNs begin with another partition',
    given: { region: 'region: cn-north-1', ...fileSystem('kmsKey: »mine') },
    path: 'fileSystem.kmsKey',
    message: /not the ARN of a KMS key/,
    fix: /arn:aws-cn:kms:cn-north-1:ACCOUNT:key/,
  },
  {
    why: 'no KMS key at all',
    given: fileSystem('kmsKey: »mine'),
    path: 'fileSystem.kmsKey',
    message: /not the ARN of a KMS key/,
    fix: /arn:aws:kms:us-east-1:ACCOUNT:key/,
  },
  {
    why: 'a KMS key of a file system that cannot have one',
    given: fileSystem('deploymentType: SCRATCH_2', 'kmsKey: »create'),
    path: 'fileSystem.kmsKey',
    message: /SCRATCH_2 is encrypted with a key of FSx's own/,
    fix: /remove the key/,
  },
  {
    why: 'a log level that FSx does not have',
    given: fileSystem('logLevel: »ALL'),
    path: 'fileSystem.logLevel',
    message: /WARN_ERROR/,
    fix: /./,
  },
  {
    why: 'a log level without errors',
    given: fileSystem('logLevel: »WARN_ONLY'),
    path: 'fileSystem.logLevel',
    severity: 'warning',
    message: /leaves out errors/,
    fix: /WARN_ERROR/,
  },
  {
    why: 'a log group elsewhere',
    given: fileSystem('logGroup: »/market/fsx'),
    path: 'fileSystem.logGroup',
    message: /must start with \/aws\/fsx/,
    fix: /^write \/aws\/fsx\/market\/fsx$/,
  },
  {
    why: 'a log group that FSx takes and its role may not write to',
    given: fileSystem('logGroup: »/aws/fsx-nasdaq'),
    path: 'fileSystem.logGroup',
    severity: 'warning',
    message: /may write to \/aws\/fsx\/\* only/,
    fix: /^write \/aws\/fsx\/nasdaq$/,
  },
  {
    why: 'the prefix alone as a log group',
    given: fileSystem('logGroup: »/aws/fsx/'),
    path: 'fileSystem.logGroup',
    severity: 'warning',
    message: /logged nowhere/,
    fix: /^write \/aws\/fsx\/market-data$/,
  },
  {
    why: "a log group's ARN",
    given: fileSystem('logGroup: »"arn:aws:logs:us-east-1:111122223333:log-group:/aws/fsx/market:*"'),
    path: 'fileSystem.logGroup',
    message: /must start with/,
    fix: /^write \/aws\/fsx\/market$/,
  },
]);

describeRight('resources', [
  ['a multi-region key', fileSystem(`kmsKey: ${arn}:key/mrk-1234abcd12ab34cd56ef1234567890ab`)],
  ['a key of its own', fileSystem('kmsKey: create')],
  ['errors only', fileSystem('logLevel: ERROR_ONLY')],
  ['a plain key', fileSystem(`kmsKey: ${arn}:key/${id}`)],
  ['a log group', fileSystem('logGroup: /aws/fsx/market-data')],
  ['a small region at 250', { region: 'region: eu-south-2', ...fileSystem('throughputMBpsPerTiB: 250') }],
  ['no tags', { tags: '' }],
  ['the default region', { region: '' }],
]);

test('a broken section hides nothing in another', () => {
  const { problems } = load(configText({ region: 'region: 5', network: 'network: { mode: create, cidr: x }' }));
  expect(problems.map(({ path }) => path)).toEqual(['region', 'network.operatorCidrs', 'network.cidr']);
});
