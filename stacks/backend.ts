/** Where Terraform keeps the state: a file beside the configuration, or an object of a bucket, with a lock beside it. */
import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Migration } from '../config/schema';

export interface BackendProps {
  readonly migration: Pick<Migration, 'name' | 'region' | 'state'>;
  /** Of a local state, relative to the stack's folder. */
  readonly statePath: string;
}

export function configureBackend(stack: TerraformStack, { migration, statePath }: BackendProps): void {
  const { name, region, state } = migration;
  if (state === undefined) {
    new LocalBackend(stack, { path: statePath });
    return;
  }
  const { bucket, kmsKey, useLockfile } = state.s3;
  new S3Backend(stack, {
    bucket,
    key: stateKey(name, state.s3),
    region: state.s3.region ?? region,
    encrypt: true,
    ...(kmsKey !== undefined && { kmsKeyId: kmsKey }),
  });
  // Terraform 1.11's lock by a conditional write; cdktf 0.21 has no word for it.
  stack.addOverride('terraform.backend.s3.use_lockfile', useLockfile);
}

/** Of the object that holds the state. */
export function stateKey(name: string, { key }: NonNullable<Migration['state']>['s3']): string {
  return key ?? `sluice/${name}/terraform.tfstate`;
}
