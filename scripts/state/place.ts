/**
 * Where a stack stands, by the ARNs in its state. With another account or region a plan finds nothing of it: it would be dropped from
 * the state, and live on and cost as before.
 */
import { SluiceError } from '../../provision/core/errors';
import type { Review } from '../plan-review/review';
import type { BuiltResource } from './built';

/** `arn:partition:service:region:account:resource`; IAM has no regions, S3 neither regions nor accounts. */
const arnPattern = /^arn:[^:]+:[^:]+:([^:]*):(\d{12}):/;

interface Place {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
}

/** Numbers of the accounts that own what is built: one, as a rule; none where no ARN has one. */
export function accountsOf(built: readonly BuiltResource[]): readonly string[] {
  return [...new Set(placesOf(built).map(({ account }) => account))].toSorted();
}

/**
 * For people whose credentials are of another account: Terraform's refusal to work there (`allowed_account_ids`) names that one only. Empty where
 * the plan was finished.
 */
export function accountNote({ findings }: Pick<Review, 'findings'>, built: readonly BuiltResource[]): string {
  const accounts = accountsOf(built);
  if (accounts.length === 0 || !findings.some(({ rule }) => rule === 'plan-errored')) return '';
  return `what is built is of the account ${accounts.join(', ')}; where Terraform names another, set AWS_PROFILE (aws sts get-caller-identity shows which it is)\n`;
}

/**
 * @param built Without the buckets, which may be of other regions.
 * @param region Of the configuration.
 * @throws SluiceError REGION_CHANGED of kind `config`.
 */
export function assertRegion(built: readonly BuiltResource[], region: string): void {
  const elsewhere = placesOf(built).find((place) => place.region !== '' && place.region !== region);
  if (elsewhere === undefined) return;
  throw new SluiceError(`region is ${region} in the configuration, and ${elsewhere.arn} is in ${elsewhere.region}`, {
    code: 'REGION_CHANGED',
    kind: 'config',
    hint: `write region: ${elsewhere.region}, as it was applied: in ${region} nothing of it would be found, nor destroyed`,
  });
}

function placesOf(built: readonly BuiltResource[]): readonly Place[] {
  return built.flatMap(({ attributes: { arn } }) => {
    const [, region, account] = (typeof arn === 'string' ? arnPattern.exec(arn) : null) ?? [];
    return region === undefined || account === undefined ? [] : [{ arn: String(arn), region, account }];
  });
}
