/** Every rule, in the order of the file's sections. */
import { alarmRules } from './alarms';
import { associationRules } from './associations';
import { bucketRules } from './buckets';
import { credentialRules } from './credentials';
import { encryptionAndLogRules } from './encryption-and-logs';
import { hostRules } from './host';
import { lustreRules } from './lustre';
import { maintenanceRules } from './maintenance';
import { mountRules } from './mount';
import { namingRules } from './naming';
import { networkRules } from './network';
import { operatorKeyRules } from './operator-key';
import { pullRules } from './pull';
import { pullSettingRules } from './pull-settings';
import { regionRules } from './region';
import type { Rule } from './rule';
import { scheduleRules } from './schedule';
import { sourceRules } from './source';
import { stateRules } from './state';
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
  ...maintenanceRules,
  ...associationRules,
  ...bucketRules,
  ...hostRules,
  ...mountRules,
  ...operatorKeyRules,
  ...pullRules,
  ...pullSettingRules,
  ...scheduleRules,
  ...alarmRules,
  ...stateRules,
];
