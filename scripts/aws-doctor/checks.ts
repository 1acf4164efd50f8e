/** Which checks make a diagnosis of the account, in the order in which one may cause the next. */
import type { Migration } from '../../config/schema';
import type { Finding } from '../../provision/diagnosis/check';
import { bucketChecks } from './bucket-checks';
import { builtChecks } from './built-checks';
import { type Account, type AwsCheck, examine } from './check';
import { fileSystemChecks, regionCheck } from './file-system-checks';
import { hostChecks } from './host-checks';
import { subnetChecks, vpcChecks } from './network-checks';
import { routeChecks } from './route-checks';
import { securityGroupChecks } from './security-group-checks';
import { stateChecks } from './state-checks';

/** A configuration, and the absolute path of its file. */
interface Loaded {
  readonly migration: Migration;
  readonly file: string;
}

/** Rejects where AWS cannot be asked at all. In a region that is not enabled nothing else is asked: it knows no credentials. */
export async function diagnoseAccount(account: Account, { migration, file }: Loaded): Promise<readonly Finding[]> {
  const region = await examine(account, [regionCheck]);
  if (region.some(({ status }) => status === 'problem')) return region;
  return [...region, ...(await examine(account, checksOf({ migration, file })))];
}

function checksOf({ migration, file }: Loaded): readonly AwsCheck[] {
  const { network } = migration;
  return [
    ...(network.mode === 'existing'
      ? [...vpcChecks(network), ...subnetChecks(network, migration), ...routeChecks(network, migration)]
      : []),
    ...securityGroupChecks(migration),
    ...hostChecks(migration),
    ...fileSystemChecks(migration),
    ...bucketChecks(migration),
    ...stateChecks(migration),
    ...builtChecks(migration, file),
  ];
}
