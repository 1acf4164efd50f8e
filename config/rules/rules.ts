/** Every rule, in the order of the file's sections. */
import { associationRules } from './associations';
import { bucketRules } from './buckets';
import { credentialRules } from './credentials';
import { encryptionAndLogRules } from './encryption-and-logs';
import { hostRules } from './host';
import { lustreRules } from './lustre';
import { mountRules } from './mount';
import { namingRules } from './naming';
import { networkRules } from './network';
import { operatorKeyRules } from './operator-key';
import { pullRules } from './pull';
import { regionRules } from './region';
import type { Rule } from './rule';
import { sourceRules } from './source';
import { storageRules } from './storage';

export const rules: readonly Rule[] = [
  ...namingRules,
  ...regionRules,
  ...sourceRules,
  ...credentialRules,
  ...networkRules,
  ...storageRules,
  ...lustreRules,
  ...encryptionAndLogRules,
  ...associationRules,
  ...bucketRules,
  ...hostRules,
  ...mountRules,
  ...operatorKeyRules,
  ...pullRules,
];
