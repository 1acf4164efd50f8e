/** What EC2 must have for the hosts: the instance type in the zone, the image, fixed addresses. */
import { architectureOf } from '../../config/instance-type';
import type { Migration } from '../../config/schema';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { type Account, type AwsCheck, unanswered } from './check';

export function hostChecks(migration: Migration): readonly AwsCheck[] {
  const { image } = migration.host;
  return [
    { name: 'instance type', look: (account) => instanceType(account, migration) },
    ...(image === 'latest'
      ? []
      : [
          {
            name: 'image',
            look: (account: Account) =>
              'amiId' in image
                ? ownImage(account, image.amiId, migration)
                : imageOfParameter(account, image.ssmParameter, migration),
          },
        ]),
    ...(neededAddresses(migration) > 0
      ? [{ name: 'Elastic IPs', look: (account: Account) => elasticIps(account, migration) }]
      : []),
  ];
}

async function instanceType(account: Account, migration: Migration): Promise<Outcome> {
  const { ec2 } = account;
  const { network, host } = migration;
  const { instanceType: type } = host;
  const zones = await ec2.zonesOffering(type);
  if (zones.length === 0)
    return problem(`${type} is not offered in ${ec2.region}`, 'set host.instanceType to one that is');
  const zone =
    network.mode === 'existing' ? (await ec2.subnet(network.subnetId))?.AvailabilityZone : network.availabilityZone;
  if (zone === undefined && network.mode === 'create') return inAnyZone(account, migration, zones);
  if (zone === undefined || zones.includes(zone)) return ok(`${type} is offered in ${zone ?? zones.join(', ')}`);
  return problem(
    `${type} is not offered in ${zone}, only in ${zones.join(', ')}`,
    `set host.instanceType to one that is, or ${network.mode === 'existing' ? 'network.subnetId to a subnet' : 'network.availabilityZone to one'} of these zones`,
  );
}

/** Of a subnet that is still to be made: EC2 picks its zone, and another zone afterwards replaces subnet and file system. */
async function inAnyZone({ ec2, fsx }: Account, migration: Migration, zones: readonly string[]): Promise<Outcome> {
  const type = migration.host.instanceType;
  const offered = ok(`${type} is offered in ${zones.join(', ')}`);
  const without = (await ec2.zones()).filter((zone) => !zones.includes(zone));
  if (without.length === 0 || (await fsx.fileSystemOf(migration.name)) !== undefined) return offered;
  return problem(
    `${type} is not offered in ${without.join(', ')}, and EC2 picks any zone of ${ec2.region} where none is named`,
    `set network.availabilityZone: ${zones[0]}`,
  );
}

async function imageOfParameter(account: Account, name: string, migration: Migration): Promise<Outcome> {
  const found = await account.parameters.value(name);
  if (found.value !== undefined) return ownImage(account, found.value, migration);
  return problem(
    `the parameter ${name} cannot be read in ${account.region}: ${found.refused}`,
    'correct host.image.ssmParameter, or allow ssm:GetParameter',
  );
}

async function ownImage({ ec2 }: Account, imageId: string, { host }: Migration): Promise<Outcome> {
  const image = await ec2.image(imageId);
  if (image === undefined)
    return problem(
      `there is no ${imageId} that you may use in ${ec2.region}`,
      'copy it into the region, share it with this account, or correct host.image',
    );
  if (image.State !== 'available')
    return problem(`${imageId} is ${image.State}`, 'wait for it, or name another in host.image');
  const wanted = architectureOf(host.instanceType);
  if (image.Architecture === wanted) return ok(`${imageId}, ${wanted}`);
  return problem(
    `${imageId} is ${image.Architecture}; ${host.instanceType} boots ${wanted} only`,
    'name an image and an instance type of one architecture',
  );
}

function neededAddresses({ network, host }: Migration): number {
  if (network.mode === 'create' && network.access === 'private') return 1;
  return host.elasticIp ? host.count : 0;
}

async function elasticIps({ ec2, fsx }: Account, migration: Migration): Promise<Outcome> {
  const [limit, addresses] = await Promise.all([ec2.elasticIpLimit(), ec2.addresses()]);
  if (limit === undefined) return unanswered('EC2 does not say how many the account may have');
  const had = `${addresses.length} of ${limit}`;
  if ((await fsx.fileSystemOf(migration.name)) !== undefined) return ok(`${had} in use; the stack is applied`);
  const needed = neededAddresses(migration);
  if (addresses.length + needed <= limit) return ok(`${had} in use; ${needed} needed`);
  return problem(
    `${had} in use, and ${needed} needed`,
    'release some, or ask for more: aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 ...',
  );
}
