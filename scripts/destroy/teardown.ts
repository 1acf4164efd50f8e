/**
 * The stack on its way out: everything is destroyed but the buckets, which hold the data. They leave Terraform's state and stay in
 * AWS as they are, with their policies, their encryption and its keys.
 *
 * It is an ordinary plan of a stack without resources: what is in the state and not in the configuration is destroyed, but for
 * what a `removed` block says to forget. So one plan file holds all of it, and what is reviewed is what is applied.
 */
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeDirectory } from '../../provision/core/make-directory';
import { bucketScope } from '../../stacks/bucket';
import { fileSystemKeyId } from '../../stacks/key';
import type { BuiltResource } from '../state/built';
import { forgetting, inAccountsOf, providersFor, type StackJson } from '../state/left-over';

/** True for buckets and everything that belongs to one. */
export function isKept({ name }: Pick<BuiltResource, 'name'>): boolean {
  return name.startsWith(bucketScope(''));
}

/**
 * Blocking findings that are answered already: a file system's deletion by the gate; that of its key, because buckets keep theirs and it
 * encrypts nothing else. What a key encrypts that somebody added to the stack is not known.
 */
export function isAnswered(rule: string, address: string): boolean {
  return rule === 'file-system-deleted' || (rule === 'kms-key-deleted' && address === `aws_kms_key.${fileSystemKeyId}`);
}

/** @param stack A synthesized stack, as JSON. */
export function teardownOf(stack: StackJson, built: readonly BuiltResource[]): object {
  return {
    '//': { stackName: 'what is left of the stack: nothing; see docs/infrastructure.md' },
    provider: inAccountsOf(built, providersFor(stack, built)),
    terraform: stack.terraform,
    ...forgetting(built.filter(isKept)),
  };
}

export interface TeardownFolders {
  readonly cwd: string;
  /** As `synthesize` returns it: `cdktf.out/stacks/<name>`. */
  readonly stackFolder: string;
  readonly built: readonly BuiltResource[];
}

/** Relative to the working directory, as `stackFolder` is. */
export function teardownFolderOf(stackFolder: string): string {
  return join(dirname(stackFolder), '..', 'teardown', stackFolder.split(/[\\/]/).at(-1) ?? '');
}

/**
 * Writes it to `cdktf.out/teardown/<name>`: a folder of its own, so that nobody who runs Terraform in the stack's folder destroys it, and
 * as deep, because the path of a local state is relative. Returns that folder, relative to the working directory.
 */
export async function writeTeardown({ cwd, stackFolder, built }: TeardownFolders): Promise<string> {
  const folder = teardownFolderOf(stackFolder);
  const [from, to] = [resolve(cwd, stackFolder), resolve(cwd, folder)];
  makeDirectory(to);
  const stack = JSON.parse(await readFile(join(from, 'cdk.tf.json'), 'utf8'));
  await writeFile(join(to, 'cdk.tf.json'), `${JSON.stringify(teardownOf(stack, built), null, 2)}\n`);
  const lock = '.terraform.lock.hcl';
  if (existsSync(join(from, lock))) await copyFile(join(from, lock), join(to, lock));
  return folder;
}
