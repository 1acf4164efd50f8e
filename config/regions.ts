/** AWS regions, and which of them have every throughput tier of PERSISTENT_2. */

/** FSx for Lustre user guide, "Deployment type availability": PERSISTENT_2 with 125, 250, 500 and 1000 MB/s per TiB. */
export const regionsWithEveryTier: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-east-1',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-north-1',
];

/** AWS General Reference, "Regions and Zones". Grows: a region that is not here is a warning, never an error. */
export const knownRegions: readonly string[] = [
  ...regionsWithEveryTier,
  'af-south-1',
  'ap-east-2',
  'ap-northeast-3',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'cn-north-1',
  'cn-northwest-1',
];

/** The partition that a region is in, and the end of its endpoints' names. AWS General Reference, "Regions and Zones"; "Endpoints" of the China user guide. */
export function partitionOf(region: string): { readonly partition: string; readonly dnsSuffix: string } {
  if (region.startsWith('cn-')) return { partition: 'aws-cn', dnsSuffix: 'amazonaws.com.cn' };
  return { partition: region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws', dnsSuffix: 'amazonaws.com' };
}
