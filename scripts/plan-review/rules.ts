/** Every rule, in the order of a report. docs/plan-review.md lists them; a test compares. */
import type { Rule } from './rule';
import { addressReleased } from './rules/address-released';
import { alarmRemoved } from './rules/alarm-removed';
import { associationDeleted } from './rules/association-deleted';
import { associationDeletesData } from './rules/association-deletes-data';
import { associationEventsStay } from './rules/association-events-stay';
import { associationGone } from './rules/association-gone';
import { associationReplaced } from './rules/association-replaced';
import { backupRemoved } from './rules/backup-removed';
import { bucketDeleted } from './rules/bucket-deleted';
import { bucketReplaced } from './rules/bucket-replaced';
import { capacityIrreversible } from './rules/capacity-irreversible';
import { checkFailed } from './rules/check-failed';
import { dataStoreGone } from './rules/data-store-gone';
import { databaseDestroyed } from './rules/database-destroyed';
import { defaultRouteRemoved } from './rules/default-route-removed';
import { deletionProtectionRemoved } from './rules/deletion-protection-removed';
import { deletionsTakenOver } from './rules/deletions-taken-over';
import { drift } from './rules/drift';
import { encryptionWeakened } from './rules/encryption-weakened';
import { exportEnded } from './rules/export-ended';
import { exportNarrowed } from './rules/export-narrowed';
import { fileSystemDeleted } from './rules/file-system-deleted';
import { fileSystemReplaced } from './rules/file-system-replaced';
import { forgotten } from './rules/forgotten';
import { fsxAssociationSupport } from './rules/fsx-association-support';
import { fsxBucketNotification } from './rules/fsx-bucket-notification';
import { fsxBucketPolicy } from './rules/fsx-bucket-policy';
import { fsxKeyPolicy } from './rules/fsx-key-policy';
import { fsxLogGroup } from './rules/fsx-log-group';
import { fsxLustreVersion } from './rules/fsx-lustre-version';
import { fsxMetadataConfiguration } from './rules/fsx-metadata-configuration';
import { fsxOverlappingAssociations } from './rules/fsx-overlapping-associations';
import { fsxParallelAssociations } from './rules/fsx-parallel-associations';
import { fsxStorageCapacity } from './rules/fsx-storage-capacity';
import { fsxThroughput } from './rules/fsx-throughput';
import { fsxTooManyAssociations } from './rules/fsx-too-many-associations';
import { iamWidening } from './rules/iam-widening';
import { iamWildcard } from './rules/iam-wildcard';
import { imdsHopsRaised } from './rules/imds-hops-raised';
import { imdsv2Weakened } from './rules/imdsv2-weakened';
import { ingressUnreadable } from './rules/ingress-unreadable';
import { instanceCredentialsLost } from './rules/instance-credentials-lost';
import { instanceReplaced } from './rules/instance-replaced';
import { instanceStopped } from './rules/instance-stopped';
import { keyPairReplaced } from './rules/key-pair-replaced';
import { kmsKeyDeleted } from './rules/kms-key-deleted';
import { linkedObjectsArchived } from './rules/linked-objects-archived';
import { linkedObjectsExpire } from './rules/linked-objects-expire';
import { logsDeleted } from './rules/logs-deleted';
import { longOperation } from './rules/long-operation';
import { lustrePortsClosed } from './rules/lustre-ports-closed';
import { newPrincipal } from './rules/new-principal';
import { objectOwnershipWeakened } from './rules/object-ownership-weakened';
import { objectsExpire } from './rules/objects-expire';
import { planErrored } from './rules/plan-errored';
import { planIncomplete } from './rules/plan-incomplete';
import { policyUnreadable } from './rules/policy-unreadable';
import { publicAccessBlockWeakened } from './rules/public-access-block-weakened';
import { publicIngress } from './rules/public-ingress';
import { publicPolicy } from './rules/public-policy';
import { repositoryLogNarrowed } from './rules/repository-log-narrowed';
import { rootSquashStays } from './rules/root-squash-stays';
import { rootSquashed } from './rules/root-squashed';
import { shortTimeout } from './rules/short-timeout';
import { spotTypeChanged } from './rules/spot-type-changed';
import { unknownRegion } from './rules/unknown-region';
import { versioningRemoved } from './rules/versioning-removed';
import { volumeDestroyed } from './rules/volume-destroyed';
import { volumeShrinks } from './rules/volume-shrinks';
import { vpcDnsRemoved } from './rules/vpc-dns-removed';
import { wayOutClosed } from './rules/way-out-closed';

export const rules: readonly Rule[] = [
  planErrored,
  dataStoreGone,
  fileSystemReplaced,
  fileSystemDeleted,
  associationDeletesData,
  associationReplaced,
  associationDeleted,
  associationGone,
  exportEnded,
  exportNarrowed,
  associationEventsStay,
  deletionsTakenOver,
  rootSquashStays,
  rootSquashed,
  repositoryLogNarrowed,
  lustrePortsClosed,
  bucketReplaced,
  bucketDeleted,
  objectsExpire,
  linkedObjectsExpire,
  linkedObjectsArchived,
  databaseDestroyed,
  kmsKeyDeleted,
  publicIngress,
  publicPolicy,
  iamWildcard,
  publicAccessBlockWeakened,
  objectOwnershipWeakened,
  encryptionWeakened,
  versioningRemoved,
  backupRemoved,
  deletionProtectionRemoved,
  imdsv2Weakened,
  imdsHopsRaised,
  fsxStorageCapacity,
  fsxThroughput,
  fsxLustreVersion,
  fsxMetadataConfiguration,
  fsxAssociationSupport,
  fsxTooManyAssociations,
  fsxOverlappingAssociations,
  fsxParallelAssociations,
  fsxBucketNotification,
  fsxBucketPolicy,
  fsxKeyPolicy,
  fsxLogGroup,
  volumeShrinks,
  spotTypeChanged,
  planIncomplete,
  instanceReplaced,
  instanceStopped,
  instanceCredentialsLost,
  wayOutClosed,
  defaultRouteRemoved,
  vpcDnsRemoved,
  keyPairReplaced,
  volumeDestroyed,
  logsDeleted,
  alarmRemoved,
  addressReleased,
  iamWidening,
  newPrincipal,
  capacityIrreversible,
  shortTimeout,
  unknownRegion,
  forgotten,
  checkFailed,
  longOperation,
  policyUnreadable,
  ingressUnreadable,
  drift,
];
