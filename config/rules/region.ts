/** Regions, and what has to lie in them. */
import { allNearest, oneOf } from '../nearest';
import { knownRegions, regionsWithEveryTier } from '../regions';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

function badRegion(value: string): Complaint | undefined {
  if (knownRegions.includes(value)) return undefined;
  const slips = allNearest(value, knownRegions);
  const slip = slips.length === 0 ? undefined : oneOf(slips);
  const zone = /^(.*-\d)[a-z]$/.exec(value)?.[1];
  if (!/^[a-z]{2,4}(?:-[a-z]+)+-\d$/.test(value)) {
    const fix = `write ${zone ?? slip ?? 'its code, such as us-east-1'}`;
    return { message: `${show(value)} is not a region${zone === undefined ? '' : ' but one of its zones'}`, fix };
  }
  return {
    severity: 'warning',
    message: `${show(value)} is not a region known to this version`,
    fix: slip === undefined ? 'check that FSx for Lustre is offered there' : `did you mean ${slip}?`,
  };
}

const region = field('region', 'region', badRegion);
const bucketRegion = field('region', 'buckets.*.region', badRegion);
const stateRegion = field('region', 'state.s3.region', badRegion);

const tiers: Rule = {
  id: 'region-throughput',
  *check({ region: name, fileSystem }) {
    const throughput = fileSystem.throughputMBpsPerTiB ?? 0;
    if (fileSystem.deploymentType !== 'PERSISTENT_2' || throughput <= 250) return;
    if (!knownRegions.includes(name) || regionsWithEveryTier.includes(name)) return;
    yield {
      path: ['fileSystem', 'throughputMBpsPerTiB'],
      severity: 'warning',
      message: `${name} may offer PERSISTENT_2 at 125 and 250 MB/s/TiB only, not ${throughput}`,
      fix: 'check the FSx user guide, "Deployment type availability", or use 250',
    };
  },
};

const zone = field('availability-zone', 'network.availabilityZone', (value, migration) => {
  if (value.startsWith(migration.region) && /^[a-z]$/.test(value.slice(migration.region.length))) return undefined;
  if (/^[a-z]{3,4}\d-az\d$/.test(value)) {
    const ask = `aws ec2 describe-availability-zones --region ${migration.region} --zone-ids ${value}`;
    return {
      message: `${show(value)} is the id of a zone; its name is wanted, which is another one in each account`,
      fix: `${ask} --query 'AvailabilityZones[0].ZoneName' --output text`,
    };
  }
  return {
    message: `${show(value)} is not a zone of ${migration.region}`,
    fix: `write ${migration.region}a, for example, or remove the key: AWS then chooses`,
  };
});

export const regionRules: readonly Rule[] = [region, bucketRegion, stateRegion, tiers, zone];
