/** ARNs of what the config may name without one. The account is looked up only where it is needed. */
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { Construct } from 'constructs';

export class Account extends Construct {
  readonly #region: string;
  #identity: { readonly accountId: string; readonly partition: string } | undefined;

  constructor(scope: Construct, id: string, region: string) {
    super(scope, id);
    this.#region = region;
  }

  /** The ARN of a resource in this account and region: `arn('kms', 'key/1234')`. */
  arn(service: string, resource: string): string {
    this.#identity ??= {
      accountId: new DataAwsCallerIdentity(this, 'identity', {}).accountId,
      partition: new DataAwsPartition(this, 'partition', {}).partition,
    };
    const { accountId, partition } = this.#identity;
    return `arn:${partition}:${service}:${this.#region}:${accountId}:${resource}`;
  }
}
