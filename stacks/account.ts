/** The account, and ARNs of what the config may name without one. It is looked up only where it is needed. */
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { Construct } from 'constructs';

export class Account extends Construct {
  readonly #region: string;
  #identity: { readonly accountId: string; readonly partition: string; readonly dnsSuffix: string } | undefined;

  constructor(scope: Construct, id: string, region: string) {
    super(scope, id);
    this.#region = region;
  }

  /** The account's number. */
  get accountId(): string {
    return this.#lookUp().accountId;
  }

  /** Of the partition's endpoints: `amazonaws.com`. */
  get dnsSuffix(): string {
    return this.#lookUp().dnsSuffix;
  }

  /** The ARN of a resource in this account and region: `arn('kms', 'key/1234')`. */
  arn(service: string, resource: string): string {
    const { accountId, partition } = this.#lookUp();
    return `arn:${partition}:${service}:${this.#region}:${accountId}:${resource}`;
  }

  /** The ARN of what IAM knows, which has no regions: `iamArn('role/reader')`. */
  iamArn(resource: string): string {
    const { accountId, partition } = this.#lookUp();
    return `arn:${partition}:iam::${accountId}:${resource}`;
  }

  #lookUp() {
    if (this.#identity === undefined) {
      const { accountId } = new DataAwsCallerIdentity(this, 'identity', {});
      const { partition, dnsSuffix } = new DataAwsPartition(this, 'partition', {});
      this.#identity = { accountId, partition, dnsSuffix };
    }
    return this.#identity;
  }
}
