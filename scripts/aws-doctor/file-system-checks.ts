/** The region and what the account has in it: quotas before the stack is applied, the states of file system and associations after. */
import type { DataRepositoryAssociation } from '@aws-sdk/client-fsx';
import type { Migration } from '../../config/schema';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { type Account, type AwsCheck, unanswered } from './check';

export const regionCheck: AwsCheck = {
  name: 'region',
  look: async ({ ec2, region }) => {
    const status = await ec2.regionStatus();
    if (status === undefined) return problem(`there is no region ${region}`, 'correct region');
    if (status !== 'not-opted-in') return ok(region);
    return problem(
      `${region} is not enabled for this account`,
      `aws account enable-region --region-name ${region}; it takes minutes to hours`,
    );
  },
};

export function fileSystemChecks(migration: Migration): readonly AwsCheck[] {
  return [
    ...(migration.network.mode === 'create' ? [vpcQuota(migration)] : []),
    { name: 'FSx quota', look: (account) => storageQuota(account, migration) },
    { name: 'file system', look: (account) => lifecycle(account, migration) },
    ...migration.fileSystem.associations.map(({ path }) => ({
      name: `association ${path}`,
      look: (account: Account) => associationState(account, migration, path),
    })),
  ];
}

/** AWS's defaults ("Amazon VPC quotas", "Quotas" of FSx for Lustre); an account's own may be higher. */
const defaultVpcs = 5;
const defaultPersistent2GiB = 100_800;

function vpcQuota({ name }: Migration): AwsCheck {
  return {
    name: 'VPC quota',
    look: async ({ ec2, fsx }) => {
      const count = (await ec2.vpcs()).length;
      if ((await fsx.fileSystemOf(name)) !== undefined) return ok(`${count} in the region; the stack is applied`);
      if (count < defaultVpcs) return ok(`${count} in the region; ${defaultVpcs} are everybody's`);
      return unanswered(
        `${count} VPCs in the region, and AWS's default quota is ${defaultVpcs}: yours may be higher`,
        'aws service-quotas get-service-quota --service-code vpc --quota-code L-F678F1CE; or use network.mode: existing',
      );
    },
  };
}

async function storageQuota({ fsx }: Account, { name, fileSystem }: Migration): Promise<Outcome> {
  if (fileSystem.deploymentType !== 'PERSISTENT_2') return ok('not asked for this deployment type');
  const own = await fsx.fileSystemOf(name);
  const others = (await fsx.fileSystems()).filter(
    (each) => each.FileSystemId !== own?.FileSystemId && each.LustreConfiguration?.DeploymentType === 'PERSISTENT_2',
  );
  const totalGiB = others.reduce((sum, each) => sum + (each.StorageCapacity ?? 0), fileSystem.storageCapacityGiB);
  const detail = `${totalGiB.toLocaleString('en-US')} GiB of PERSISTENT_2 storage in all`;
  if (totalGiB <= defaultPersistent2GiB) return ok(detail);
  return unanswered(
    `${detail}, and AWS's default quota is ${defaultPersistent2GiB.toLocaleString('en-US')} GiB: yours may be higher`,
    'aws service-quotas list-service-quotas --service-code fsx',
  );
}

async function lifecycle({ fsx }: Account, { name }: Migration): Promise<Outcome> {
  const found = await fsx.fileSystemOf(name);
  if (found === undefined) return ok('made by the stack; none yet');
  const { FileSystemId: id, Lifecycle: state, FailureDetails: failure } = found;
  if (state === 'AVAILABLE') return ok(`${id}, AVAILABLE`);
  const detail = `${id} is ${state}${failure?.Message === undefined ? '' : `: ${failure.Message}`}`;
  if (state === 'CREATING' || state === 'UPDATING' || state === 'DELETING') return unanswered(detail, 'wait for it');
  return problem(detail, 'aws fsx describe-file-systems tells why; AWS Support mends what FSx cannot');
}

async function associationState({ fsx }: Account, { name }: Migration, path: string): Promise<Outcome> {
  const fileSystem = await fsx.fileSystemOf(name);
  if (fileSystem?.FileSystemId === undefined) return ok('made by the stack; none yet');
  const all = await fsx.associations(fileSystem.FileSystemId);
  const found = all.find(({ FileSystemPath }) => FileSystemPath === path);
  if (found === undefined)
    return problem(`${fileSystem.FileSystemId} has none for ${path}`, 'npx sluice plan and apply create it');
  return judge(found);
}

function judge({ AssociationId: id, Lifecycle: state, FailureDetails: failure }: DataRepositoryAssociation): Outcome {
  if (state === 'AVAILABLE') return ok(`${id}, AVAILABLE`);
  const detail = `${id} is ${state}${failure?.Message === undefined ? '' : `: ${failure.Message}`}`;
  if (state === 'MISCONFIGURED')
    return problem(
      `${detail}; nothing is imported or exported`,
      `mend the bucket (the checks of it below), then: aws fsx update-data-repository-association --association-id ${id}`,
    );
  if (state === 'FAILED')
    return problem(detail, 'mend the cause, delete it (aws fsx delete-data-repository-association), and apply again');
  return unanswered(detail, 'wait for it');
}
