/**
 * A KMS key of the migration's own: rotated, deleted only after 30 days, and governed by the account's IAM policies
 * (the statement that AWS gives every key: without it nobody could ever change the key again).
 */
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Account } from './account';
import { assertPolicy } from './policy';
import { policyDocument } from './policy-document';

/** Of the file system's key, in the stack and in Terraform's addresses. */
export const fileSystemKeyId = 'file_system_key';

/** A statement of the key's policy, beside the account's own. */
export interface KeyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: { readonly AWS: string } | { readonly Service: string };
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface KeyProps {
  /** After `alias/`; unique in account and region. */
  readonly alias: string;
  readonly description: string;
  readonly account: Account;
  readonly preventDestroy: boolean;
  readonly statements?: readonly KeyStatement[];
  /** Of another region than the stack's. */
  readonly provider?: AwsProvider | undefined;
}

export class Key extends Construct {
  readonly arn: string;
  /** For `depends_on`: the key with its policy. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, props: KeyProps) {
    super(scope, id);
    const { account, statements = [], provider } = props;
    for (const { Sid, Principal, Condition } of statements)
      assertPolicy(
        !('AWS' in Principal && Principal.AWS === '*') || Condition.ArnLike?.['aws:PrincipalArn'] !== undefined,
        `the key's statement ${Sid} must name who may use it`,
      );
    const key = new KmsKey(this, 'Default', {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyDocument([
        {
          Sid: 'IamOfTheAccount',
          Effect: 'Allow',
          Principal: { AWS: account.iamArn('root') },
          Action: 'kms:*',
          Resource: '*',
        },
        ...statements,
      ]),
      tags: { Name: props.alias },
      lifecycle: { preventDestroy: props.preventDestroy },
      ...(provider !== undefined && { provider }),
    });
    new KmsAlias(this, 'alias', {
      name: `alias/${props.alias}`,
      targetKeyId: key.keyId,
      ...(provider !== undefined && { provider }),
    });
    this.arn = key.arn;
    this.ready = key;
  }
}
