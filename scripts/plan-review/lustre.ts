/** FSx for Lustre as a plan will leave it: what the rules on the API's refusals look at. */

import { parseDataRepository } from '../../config/data-repository';
import type { DeploymentType, StorageType } from '../../config/lustre';
import { associationType, fileSystemsOf, lustreType } from './data-stores';
import type { ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import { isUnknown, numberAt, stringAt } from './values';

export interface LustreSettings {
  readonly change: ResourceChange;
  /** Undefined where they are known after apply only: what FSx makes of the rest cannot be told then. */
  readonly deploymentType: DeploymentType | undefined;
  readonly storageType: StorageType | undefined;
  readonly storageCapacityGiB: number | undefined;
  readonly throughputMBpsPerTiB: number | undefined;
  /** Undefined where FSx chooses. */
  readonly version: string | undefined;
  readonly hasMetadataConfiguration: boolean;
}

/** File systems that the plan creates or changes. The API's default deployment type is SCRATCH_1. */
export function writtenFileSystems(view: PlanView): readonly LustreSettings[] {
  return lastingFileSystems(view).filter(({ change }) => change.action !== 'no-op');
}

/** File systems that are in the state after the plan. */
export function lastingFileSystems(view: PlanView): readonly LustreSettings[] {
  return view
    .ofType(lustreType)
    .filter(({ action, after }) => after !== undefined && action !== 'forget')
    .map(settingsOf);
}

function settingsOf(change: ResourceChange): LustreSettings {
  const { after } = change;
  return {
    change,
    deploymentType: knownOr(change, 'deployment_type', 'SCRATCH_1') as DeploymentType | undefined,
    storageType: knownOr(change, 'storage_type', 'SSD') as StorageType | undefined,
    storageCapacityGiB: numberAt(after, 'storage_capacity'),
    throughputMBpsPerTiB: numberAt(after, 'per_unit_storage_throughput'),
    version: stringAt(after, 'file_system_type_version'),
    hasMetadataConfiguration: stringAt(after, 'metadata_configuration', 0, 'mode') !== undefined,
  };
}

function knownOr(change: ResourceChange, attribute: string, byDefault: string): string | undefined {
  return isUnknown(change, [attribute]) ? undefined : (stringAt(change.after, attribute) ?? byDefault);
}

/** Associations that are there after the plan, those that only the state forgets among them. */
export function lastingAssociations(view: PlanView): readonly ResourceChange[] {
  return view.ofType(associationType).filter(({ after }) => after !== undefined);
}

/**
 * Associations by the file system they hang on, under its address, or its id where it is not of this plan, or forgotten by it: another
 * may be created at its address. One whose file system cannot be told is left out.
 */
export function byFileSystem(
  view: PlanView,
  associations: readonly ResourceChange[],
): ReadonlyMap<string, readonly ResourceChange[]> {
  const groups = new Map<string, ResourceChange[]>();
  for (const association of associations) {
    const [fileSystem] = fileSystemsOf(view, association);
    const attributes = association.after ?? association.before;
    const address = fileSystem?.action === 'forget' ? undefined : fileSystem?.address;
    const key = address ?? stringAt(attributes, 'file_system_id');
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), association]);
  }
  return groups;
}

/** The bucket and prefix of an association, where the plan knows them. */
export function repositoryOf({ after }: ResourceChange) {
  const uri = stringAt(after, 'data_repository_path');
  return uri === undefined ? undefined : parseDataRepository(uri);
}

/** @param settings A bucket, or a resource of its own that is about one: its policy, its notification. */
export function areOfOneBucket(view: PlanView, settings: ResourceChange, association: ResourceChange): boolean {
  const name = repositoryOf(association)?.bucket;
  if (name !== undefined && name === stringAt(settings.after, 'bucket')) return true;
  const repositories = view.usedBy(association, 'data_repository_path').map(({ address }) => address);
  const buckets = settings.type === 'aws_s3_bucket' ? [settings] : view.usedBy(settings, 'bucket');
  return buckets.some(({ address }) => repositories.includes(address));
}
