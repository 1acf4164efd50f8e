/** The bucket of the Terraform state: what Terraform would find out at its first step, or nobody before the state is needed back. */
import type { Migration } from '../../config/schema';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { stateKey } from '../../stacks/backend';
import { type Account, type AwsCheck, unanswered } from './check';

type StateSettings = NonNullable<Migration['state']>['s3'];

export function stateChecks({ name, region, state }: Migration): readonly AwsCheck[] {
  if (state === undefined) return [];
  const { s3: settings } = state;
  const place = { ...settings, region: settings.region ?? region, key: stateKey(name, settings) };
  const whereThere = (judge: (account: Account, place: Place) => Promise<Outcome>) => async (account: Account) =>
    (await account.s3.bucket(place.bucket)).state === 'readable'
      ? judge(account, place)
      : unanswered('the bucket cannot be read');
  return [
    { name: `state in s3://${place.bucket}`, look: (account) => existence(account, place) },
    { name: 'state versions', look: whereThere(versions) },
    ...(settings.useLockfile
      ? [{ name: 'state lock', look: whereThere((account, at) => lock(account, at, name)) }]
      : []),
  ];
}

interface Place extends Pick<StateSettings, 'bucket'> {
  readonly region: string;
  readonly key: string;
}

async function existence({ s3 }: Account, { bucket, region }: Place): Promise<Outcome> {
  const found = await s3.bucket(bucket);
  if (found.state === 'missing')
    return problem(
      'there is no such bucket, and the stack makes none for its own state',
      `aws s3 mb s3://${bucket} --region ${region}; or correct state.s3.bucket`,
    );
  if (found.state === 'forbidden')
    return problem(
      'you may not read it: its policy shuts you out, or you lack s3:ListBucket',
      'allow s3:ListBucket of the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject in it; or correct state.s3.bucket',
    );
  if (found.region === region) return ok(`in ${region}`);
  return problem(`it is in ${found.region}, not in ${region}`, `set state.s3.region: ${found.region}`);
}

async function versions({ s3 }: Account, { bucket }: Place): Promise<Outcome> {
  if (await s3.isBucketVersioned(bucket)) return ok('kept');
  return problem(
    'none are kept: a state that is lost or overwritten cannot be brought back',
    `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
  );
}

/** Terraform's own lock, an object that says who holds it: JSON with ID, Operation, Who and Created. */
async function lock({ s3 }: Account, { bucket, key }: Place, name: string): Promise<Outcome> {
  const held = await s3.textOf(bucket, `${key}.tflock`);
  if (held === undefined) return ok('free');
  const text = (field: string) => new RegExp(`"${field}":"([^"]*)"`).exec(held)?.[1] ?? 'unknown';
  return unanswered(
    `${text('Who')} holds it since ${text('Created')} (${text('Operation')})`,
    `wait until that is over; where nobody is at it any more, terraform -chdir=cdktf.out/stacks/${name} force-unlock ${text('ID')}`,
  );
}
