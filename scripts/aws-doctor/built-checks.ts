/**
 * What the Terraform state has, beside what AWS has: an apply makes a second file system where the state lost the first, and makes
 * anew what is tainted. Terraform compares every attribute; here it is only whether a plan would start from the right place.
 */
import { readFile } from 'node:fs/promises';
import type { Migration } from '../../config/schema';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { stateKey } from '../../stacks/backend';
import { stateFileOf } from '../../stacks/state-path';
import { lustreType } from '../plan-review/data-stores';
import { attributesOf, type BuiltResource, builtIn } from '../state/built';
import { type Account, type AwsCheck, unanswered } from './check';

interface StateObject {
  /** As a person would call it. */
  readonly name: string;
  /** What brings an earlier state back. */
  readonly recovery: string;
  /** Undefined where there is none. */
  read(account: Account): Promise<string | undefined>;
}

/** @param configFile Absolute: a state that is not in a bucket is beside it. */
export function builtChecks(migration: Migration, configFile: string): readonly AwsCheck[] {
  const state = stateOf(migration, configFile);
  const knowing = (judge: (account: Account, built: readonly BuiltResource[]) => Promise<Outcome>) => {
    return async (account: Account) => {
      const built = builtIn(await state.read(account));
      return built === undefined ? unanswered('the state cannot be read') : judge(account, built);
    };
  };
  return [
    { name: 'state', look: async (account) => judgeText(state, await state.read(account)) },
    {
      name: 'file system in the state',
      look: knowing((account, built) => place(account, built, { migration, state })),
    },
    { name: 'tainted resources', look: knowing(async (_, built) => taint(built, migration)) },
  ];
}

function stateOf({ name, region, state }: Migration, configFile: string): StateObject {
  if (state === undefined) {
    const file = stateFileOf(configFile, name);
    return {
      name: `.sluice/${name}/terraform.tfstate`,
      recovery: 'Terraform keeps the one before as terraform.tfstate.backup beside it',
      read: () => readText(file),
    };
  }
  const { bucket } = state.s3;
  const key = stateKey(name, state.s3);
  return {
    name: `s3://${bucket}/${key}`,
    recovery: `aws s3api list-object-versions --bucket ${bucket} --prefix ${key} --region ${state.s3.region ?? region} lists earlier ones`,
    read: async ({ s3 }) => {
      if ((await s3.bucket(bucket)).state === 'readable') return s3.textOf(bucket, key);
      throw new SluiceError('the bucket of the state cannot be read', { code: 'STATE_UNREADABLE' });
    },
  };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SluiceError(`cannot read ${file}: ${messageOf(cause)}`, { code: 'STATE_UNREADABLE', cause });
  }
}

function judgeText({ name, recovery }: StateObject, text: string | undefined): Outcome {
  if (text === undefined) return ok(`${name}: none yet`);
  if (text.trim() === '')
    return problem(
      `${name} is empty: Terraform takes it for none, and plans everything anew`,
      `${recovery}; where nothing was ever applied, delete it`,
    );
  const built = builtIn(text);
  if (built === undefined) return problem(`${name} is not a state of Terraform's`, recovery);
  return ok(`${name}, ${built.length} resources`);
}

interface Place {
  readonly migration: Migration;
  readonly state: StateObject;
}

async function place(
  { fsx, region }: Account,
  built: readonly BuiltResource[],
  { migration, state }: Place,
): Promise<Outcome> {
  const known = attributesOf(built, lustreType, 'id').filter((id) => id !== '');
  const all = await fsx.fileSystems();
  const gone = known.filter((id) => !all.some(({ FileSystemId }) => FileSystemId === id));
  if (gone.length > 0)
    return problem(
      `${gone.join(', ')} is in the state, and your account has none such in ${region}: an apply builds another one`,
      'compare the account (aws sts get-caller-identity), the region and AWS_ENDPOINT_URL with those it was applied with; where it was deleted, npx sluice plan shows what would be built anew',
    );
  const own = await fsx.fileSystemOf(migration.name);
  if (own?.FileSystemId === undefined || own.Lifecycle === 'DELETING' || known.includes(own.FileSystemId))
    return ok(known.length === 0 ? 'none yet' : known.join(', '));
  return problem(
    `${own.FileSystemId} is of this migration, and the state does not have it: an apply builds a second one beside it, and both cost`,
    `work with the state that has it: ${state.recovery}`,
  );
}

function taint(built: readonly BuiltResource[], { name }: Migration): Outcome {
  const tainted = built.filter(({ isTainted }) => isTainted).map((resource) => `${resource.type}.${resource.name}`);
  if (tainted.length === 0) return ok('none');
  return problem(
    `an apply did not see these to their end, and the next one deletes and makes them anew: ${tainted.join(', ')}`,
    `where it is whole in AWS (a file system: AVAILABLE), this keeps it: terraform -chdir=cdktf.out/stacks/${name} untaint ${tainted[0]}`,
  );
}
