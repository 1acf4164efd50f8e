/** The buckets of the associations: what keeps FSx from importing and exporting (FSx for Lustre user guide, "Linking your file system to an Amazon S3 bucket"). */
import { parseDataRepository } from '../../config/data-repository';
import { partitionOf } from '../../config/regions';
import type { Migration } from '../../config/schema';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { shutsFsxOut } from '../plan-review/fsx-shut-out';
import { type Account, type AwsCheck, unanswered } from './check';
import { keyOutcome } from './key-check';

type BucketSettings = Migration['buckets'][number];

export function bucketChecks(migration: Migration): readonly AwsCheck[] {
  return migration.buckets.flatMap((bucket) => {
    const look = (judge: (account: Account, uses: Uses) => Promise<Outcome>) => (account: Account) =>
      judge(account, { bucket, migration });
    const name = `s3://${bucket.name}`;
    return [
      { name, look: look(bucket.existing ? existence : nameIsFree) },
      { name: `${name} policy`, look: look(whereThere(policy)) },
      { name: `${name} notifications`, look: look(whereThere(notifications)) },
      // Of a created one these are Terraform's, which sees when they drift.
      ...(bucket.existing
        ? [
            { name: `${name} encryption`, look: look(whereThere(encryption)) },
            { name: `${name} versioning`, look: look(whereThere(versioning)) },
          ]
        : givenKey(bucket).map((key) => ({
            name: `${name} key`,
            look: (account: Account) => keyFor(account, { key, migration }),
          }))),
    ];
  });
}

function givenKey({ kmsKey }: BucketSettings): readonly string[] {
  return kmsKey === undefined || kmsKey === 'create' ? [] : [kmsKey];
}

interface Uses {
  readonly bucket: BucketSettings;
  readonly migration: Migration;
}

async function existence({ s3, region }: Account, { bucket, migration }: Uses): Promise<Outcome> {
  const found = await s3.bucket(bucket.name);
  if (found.state === 'missing')
    return problem('there is no such bucket', `make it (aws s3 mb), or set existing: false to have the stack make it`);
  if (found.state === 'forbidden')
    return problem(
      'you may not read it: it is of another account, or its policy shuts you out',
      'use a bucket of this account: FSx links to no other',
    );
  if (!(await s3.isOwn(bucket.name)))
    return problem(
      'you may read it, but it is of another account',
      'use a bucket of this account; AWS_PROFILE and aws sts get-caller-identity say which one it is',
    );
  const imports = linksOf({ bucket, migration }).some(({ autoImport }) => autoImport.length > 0);
  if (imports && found.region !== region)
    return problem(
      `it is in ${found.region}, and the file system in ${region}: auto-import works within one region only`,
      'use a bucket there, or set autoImport: [] on its associations',
    );
  if (found.region !== bucket.region)
    return problem(
      `it is in ${found.region}, not in ${bucket.region}`,
      `set its region: ${found.region} under buckets`,
    );
  return ok(`yours, in ${found.region}`);
}

/** The names of buckets are everybody's. */
async function nameIsFree({ s3, fsx }: Account, { bucket, migration }: Uses): Promise<Outcome> {
  const found = await s3.bucket(bucket.name);
  if (found.state === 'missing') {
    const linked = await linkedTo(fsx, { bucket, migration });
    return linked === undefined
      ? ok('free; the stack makes it')
      : problem(
          `it is gone, and ${linked} is linked to it: nothing is exported, and anybody may take the name`,
          `npx sluice plan and apply make it anew, empty (--allow data-store-gone); then aws fsx update-data-repository-association --association-id ${linked}, and npx sluice verify says what is missing in it`,
        );
  }
  if (found.state === 'forbidden') {
    const linked = await linkedTo(fsx, { bucket, migration });
    if (linked !== undefined)
      return problem(
        `you may not read it, and ${linked} is linked to it: the stack made it, and your role or its policy shuts you out, or it was deleted and somebody else took the name`,
        'allow s3:ListBucket to the role you work with; aws s3api list-buckets shows whether it is still yours',
      );
  }
  if (found.state === 'forbidden' || !(await s3.isOwn(bucket.name)))
    return problem('somebody else has a bucket of this name', 'choose another name: they are unique in all of AWS');
  if (await s3.isBucketOf(migration.name, bucket.name))
    return (await fsx.fileSystemOf(migration.name)) === undefined
      ? unanswered(
          'made by this stack, which has no file system: kept by `sluice destroy`, or left by an apply that stopped half way',
          'after `sluice destroy` list it under buckets with existing: true; after an apply, apply again',
        )
      : ok('made by the stack');
  return problem('you have it already, and the stack would make it', 'list it under buckets with existing: true');
}

/** The association by which the stack's file system is linked to the bucket, by its id. */
async function linkedTo(fsx: Account['fsx'], { bucket, migration }: Uses): Promise<string | undefined> {
  const id = (await fsx.fileSystemOf(migration.name))?.FileSystemId;
  const all = id === undefined ? [] : await fsx.associations(id);
  return all.find(({ DataRepositoryPath }) => parseDataRepository(DataRepositoryPath ?? '')?.bucket === bucket.name)
    ?.AssociationId;
}

function whereThere(judge: (account: Account, uses: Uses) => Promise<Outcome>) {
  return async (account: Account, uses: Uses): Promise<Outcome> => {
    const { state } = await account.s3.bucket(uses.bucket.name);
    if (state === 'readable') return judge(account, uses);
    return state === 'missing' && !uses.bucket.existing
      ? ok('made by the stack')
      : unanswered('the bucket cannot be read');
  };
}

async function policy({ s3, region }: Account, uses: Uses): Promise<Outcome> {
  const text = await s3.bucketPolicy(uses.bucket.name);
  if (text === undefined) return ok('none');
  if (!linksOf(uses).some(({ prefix }) => shutsFsxOut(text, prefix))) return ok('does not keep FSx out');
  return problem(
    'it demands a network (aws:SourceVpc, aws:SourceVpce, aws:SourceIp) or a principal that FSx is not: nothing is exported',
    `except it in that statement: "StringNotLike": {"aws:PrincipalArn": "arn:${partitionOf(region).partition}:iam::*:role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_*"}`,
  );
}

async function encryption(account: Account, { bucket, migration }: Uses): Promise<Outcome> {
  const rule = await account.s3.bucketEncryption(bucket.name);
  const key = rule?.KMSMasterKeyID;
  if (rule?.SSEAlgorithm === undefined || rule.SSEAlgorithm === 'AES256') return ok("S3's own keys");
  if (key === undefined || key.includes('alias/aws/s3')) return ok(`${rule.SSEAlgorithm}, AWS's key of the account`);
  return keyFor(account, { key, migration });
}

async function keyFor(
  account: Account,
  { key, migration }: { readonly key: string; readonly migration: Migration },
): Promise<Outcome> {
  const fileSystem = await account.fsx.fileSystemOf(migration.name);
  return keyOutcome(account, { key, role: { fileSystemId: fileSystem?.FileSystemId, accountId: fileSystem?.OwnerId } });
}

/** S3 refuses two notifications for the same events of one prefix; auto-import keeps one named `FSx`. */
async function notifications({ s3, fsx }: Account, { bucket, migration }: Uses): Promise<Outcome> {
  const importing = linksOf({ bucket, migration }).filter(({ autoImport }) => autoImport.length > 0);
  if (importing.length === 0) return ok('none is needed');
  const found = await s3.bucketNotifications(bucket.name);
  const own = await fsx.fileSystemOf(migration.name);
  if (own === undefined && found.some(({ Id }) => Id === 'FSx'))
    return problem(
      'one named FSx is there already: another file system imports from this bucket, or did',
      "end that file system's association, or remove what it left (aws s3api put-bucket-notification-configuration); or set autoImport: []",
    );
  const clash = found.find(
    ({ Id, Events = [], Filter }) =>
      Id !== 'FSx' &&
      Events.some((event) => /^s3:Object(Created|Removed):/.test(event)) &&
      importing.some(({ prefix }) => overlaps(prefixOf(Filter), prefix)),
  );
  if (clash === undefined)
    return own === undefined || !(await isLinked(fsx, { fileSystemId: own.FileSystemId ?? '', bucket: bucket.name }))
      ? ok('none in the way')
      : imported(found.some(({ Id }) => Id === 'FSx'));
  return problem(
    `${clash.Id ?? 'one'} is for the same objects (${(clash.Events ?? []).join(', ')}): S3 refuses FSx's own beside it`,
    'let EventBridge serve it instead (EventBridgeConfiguration), or set autoImport: []',
  );
}

function imported(isThere: boolean): Outcome {
  if (isThere) return ok('the one named FSx');
  return problem(
    'the one named FSx is gone: somebody overwrote it, and nothing is imported any more',
    'let EventBridge serve whoever did; then aws fsx update-data-repository-association puts it back',
  );
}

async function isLinked(
  fsx: Account['fsx'],
  { fileSystemId, bucket }: { readonly fileSystemId: string; readonly bucket: string },
): Promise<boolean> {
  const associations = await fsx.associations(fileSystemId);
  return associations.some(
    ({ DataRepositoryPath = '', S3 }) =>
      parseDataRepository(DataRepositoryPath)?.bucket === bucket && (S3?.AutoImportPolicy?.Events ?? []).length > 0,
  );
}

async function versioning({ s3 }: Account, { bucket }: Uses): Promise<Outcome> {
  if (!(await s3.isBucketVersioned(bucket.name))) return ok('off');
  return ok('on: every export of a changed file leaves a version, billed until a lifecycle rule expires it');
}

function linksOf({ bucket, migration }: Uses) {
  return migration.fileSystem.associations.flatMap(({ dataRepository, autoImport }) => {
    const repository = parseDataRepository(dataRepository);
    return repository?.bucket === bucket.name ? [{ prefix: repository.prefix, autoImport }] : [];
  });
}

type NotificationFilter = Awaited<ReturnType<Account['s3']['bucketNotifications']>>[number]['Filter'];

function prefixOf(filter: NotificationFilter): string {
  const rule = filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === 'prefix');
  return (rule?.Value ?? '').replace(/\/$/, '');
}

function overlaps(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
