/**
 * What the plan's resources cost a month, before and after: what is there for the whole month and priced by time or
 * size. Requests, traffic and the objects in S3 depend on use and are left out; a report says so.
 */
import { nounOf } from './nouns';
import type { Attributes, ResourceChange, Side } from './plan-json';
import type { PlanView } from './plan-view';
import type { Prices } from './prices';
import { entryOf, isSpot, isUnknown, listAt, numberAt, stringAt } from './values';

/** AWS's own month. */
const hoursPerMonth = 730;

export interface CostLine {
  readonly address: string;
  /** `1200 GiB PERSISTENT_2 SSD 125`; the one after, where it is there then. */
  readonly item: string;
  /** US dollars a month; 0 where the resource is not there, undefined where the price is not known. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface Cost {
  readonly lines: readonly CostLine[];
  /** Sums of the known prices. */
  readonly before: number;
  readonly after: number;
  /** Lines whose price is not known: the sums lack them. */
  readonly unknown: number;
  /** Where the prices are from, and what they leave out. */
  readonly date: string;
  readonly source: string;
  readonly notes: readonly string[];
}

interface Priced {
  readonly item: string;
  readonly price: number | undefined;
}

interface Knowledge {
  /** Whether the configuration sets an attribute, and does not leave it to AWS. */
  readonly isSet: (attribute: string) => boolean;
  /** Whether an attribute as a whole is known after apply only. */
  readonly isComing: (attribute: string) => boolean;
}

type Price = (attributes: Attributes, prices: Prices, knowledge: Knowledge) => readonly Priced[];

const pricers: Readonly<Record<string, Price>> = {
  aws_fsx_lustre_file_system: fileSystem,
  aws_instance: instance,
  aws_ebs_volume: (volume, prices) => [disk(volume, prices, 'size', 'type'), ...provisioned(volume, 'type')],
  aws_eip: (_, { publicIpv4PerHour: hourly }) => [{ item: 'public IPv4 address', price: hourly * hoursPerMonth }],
  aws_nat_gateway: (_, { natGatewayPerHour: hourly }) => [
    { item: 'NAT gateway, without traffic', price: hourly * hoursPerMonth },
  ],
  aws_vpc_endpoint: interfaceEndpoint,
  aws_kms_key: (_, { kmsKeyPerMonth: price }) => [{ item: 'KMS key', price }],
  aws_cloudwatch_metric_alarm: (_, { alarmPerMonth: price }) => [{ item: 'alarm', price }],
};

/** Billed for as long as they are there, at prices that the table lacks; a sum without them is said to be one. */
const unpricedTypes: ReadonlySet<string> = new Set([
  ...['fsx_ontap_file_system', 'fsx_openzfs_file_system', 'fsx_windows_file_system', 'fsx_file_cache'].map(toAws),
  ...['db_instance', 'rds_cluster_instance', 'docdb_cluster_instance', 'neptune_cluster_instance'].map(toAws),
  ...['redshift_cluster', 'opensearch_domain', 'elasticsearch_domain', 'msk_cluster', 'mq_broker'].map(toAws),
  ...['elasticache_cluster', 'elasticache_replication_group', 'memorydb_cluster', 'kinesis_stream'].map(toAws),
  ...['lb', 'alb', 'elb', 'eks_cluster', 'autoscaling_group', 'spot_instance_request', 'ec2_host'].map(toAws),
  ...['vpn_connection', 'ec2_client_vpn_endpoint', 'ec2_transit_gateway_vpc_attachment', 'dx_connection'].map(toAws),
  ...['networkfirewall_firewall', 'transfer_server', 'directory_service_directory'].map(toAws),
  ...['dms_replication_instance', 'sagemaker_notebook_instance', 'secretsmanager_secret'].map(toAws),
]);

function toAws(name: string): string {
  return `aws_${name}`;
}

export function costOf(view: PlanView, prices: Prices): Cost {
  const lines = view.resources.flatMap((change) => linesOf(view, change, prices));
  const sum = (side: Side) => lines.reduce((total, line) => total + (line[side] ?? 0), 0);
  const unknown = lines.filter(({ before, after }) => before === undefined || after === undefined).length;
  return {
    lines,
    before: sum('before'),
    after: sum('after'),
    unknown,
    date: prices.date,
    source: prices.source,
    notes: [
      'without S3 storage and requests, data traffic, logs and taxes',
      ...(unknown > 0 ? [`without ${unknown} line(s) whose price is not known`] : []),
      ...(view.region === undefined || view.region === prices.region
        ? []
        : [`priced as ${prices.region}; ${view.region} differs`]),
    ],
  };
}

/** Items before and after, matched by their place: a resource has the same kinds of them on both sides. */
function linesOf(view: PlanView, change: ResourceChange, prices: Prices): readonly CostLine[] {
  const unpriced = unpricedTypes.has(change.type) ? () => [{ item: nounOf(change.type), price: undefined }] : undefined;
  const pricer: Price | undefined = entryOf(pricers, change.type) ?? unpriced;
  if (pricer === undefined) return [];
  const priced = (attributes: Attributes | undefined) =>
    attributes === undefined
      ? []
      : pricer(attributes, prices, {
          isSet: (attribute) => view.isSet(change, attribute),
          isComing: (attribute) =>
            attributes === change.after && isUnknown(change, [attribute]) && (attributes[attribute] ?? null) === null,
        });
  const before = priced(change.before);
  const after = priced(change.after);
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const [old, next] = [before[index], after[index]];
    return {
      address: change.address,
      item: next?.item ?? old?.item ?? '',
      before: old === undefined ? 0 : old.price,
      after: next === undefined ? 0 : next.price,
    };
  });
}

function fileSystem(
  attributes: Attributes,
  { fsxLustrePerGiBMonth }: Prices,
  { isComing }: Knowledge,
): readonly Priced[] {
  const capacity = numberAt(attributes, 'storage_capacity');
  const throughput = isComing('per_unit_storage_throughput')
    ? '?'
    : numberAt(attributes, 'per_unit_storage_throughput');
  const tier = [
    isComing('deployment_type') ? '?' : (stringAt(attributes, 'deployment_type') ?? 'SCRATCH_1'),
    isComing('storage_type') ? '?' : (stringAt(attributes, 'storage_type') ?? 'SSD'),
    ...(throughput === undefined || throughput === 0 ? [] : [throughput]),
  ].join(' ');
  const perGiB = entryOf(fsxLustrePerGiBMonth, tier);
  const price = capacity === undefined || perGiB === undefined ? undefined : capacity * perGiB;
  const storage = { item: `${capacity ?? '?'} GiB ${tier}`, price };
  const iops = numberAt(attributes, 'metadata_configuration', 0, 'iops');
  const isProvisioned = stringAt(attributes, 'metadata_configuration', 0, 'mode') === 'USER_PROVISIONED';
  return [
    storage,
    ...(isProvisioned ? [{ item: `${iops ?? '?'} metadata IOPS`, price: undefined }] : []),
    ...(stringAt(attributes, 'drive_cache_type') === 'READ' ? [{ item: 'SSD read cache', price: undefined }] : []),
  ];
}

/** EC2 reports a public address for an Elastic IP too, which has a line of its own. */
function instance(attributes: Attributes, prices: Prices, { isSet }: Knowledge): readonly Priced[] {
  const type = stringAt(attributes, 'instance_type');
  const spot = isSpot(attributes);
  const hourly = type === undefined || spot ? undefined : entryOf(prices.instancePerHour, type);
  const disks = ['root_block_device', 'ebs_block_device'].flatMap((name) => listAt(attributes, name));
  return [
    {
      item: `${type ?? '?'} ${spot ? 'spot' : 'on demand'}`,
      price: hourly === undefined ? undefined : hourly * hoursPerMonth,
    },
    ...disks.map((item) => disk(item, prices, 'volume_size', 'volume_type')),
    ...(attributes.associate_public_ip_address === true && isSet('associate_public_ip_address')
      ? [{ item: 'public IPv4 address', price: prices.publicIpv4PerHour * hoursPerMonth }]
      : []),
    // Last, since not every disk has one: the places before stay.
    ...disks.flatMap((item) => provisioned(item, 'volume_type')),
  ];
}

function disk(attributes: unknown, { volumePerGiBMonth }: Prices, sizeName: string, typeName: string): Priced {
  const size = numberAt(attributes, sizeName);
  const type = stringAt(attributes, typeName) ?? 'gp2';
  const perGiB = entryOf(volumePerGiBMonth, type);
  const price = size === undefined || perGiB === undefined ? undefined : size * perGiB;
  return { item: `${size ?? '?'} GiB ${type}`, price };
}

/** What a gp3 volume has for its price by size (EBS User Guide, General Purpose SSD volumes). */
const gp3Baseline = { iops: 3000, throughputMiBps: 125 };

/** What is billed beside the size: all IOPS of io1 and io2, of gp3 what goes beyond its baseline. */
function provisioned(attributes: unknown, typeName: string): readonly Priced[] {
  const type = stringAt(attributes, typeName);
  const [iops = 0, throughput = 0] = [numberAt(attributes, 'iops'), numberAt(attributes, 'throughput')];
  const baseline = type === 'gp3' ? gp3Baseline.iops : type === 'io1' || type === 'io2' ? 0 : undefined;
  const isFaster = type === 'gp3' && throughput > gp3Baseline.throughputMiBps;
  return [
    ...(baseline !== undefined && iops > baseline ? [{ item: `${iops} IOPS of ${type}`, price: undefined }] : []),
    ...(isFaster ? [{ item: `${throughput} MiB/s of gp3`, price: undefined }] : []),
  ];
}

function interfaceEndpoint(attributes: Attributes, prices: Prices, { isSet, isComing }: Knowledge): readonly Priced[] {
  if (stringAt(attributes, 'vpc_endpoint_type') !== 'Interface') return [];
  if (isSet('subnet_ids') && isComing('subnet_ids'))
    return [{ item: 'interface endpoint in ? zone(s)', price: undefined }];
  const zones = Math.max(1, listAt(attributes, 'subnet_ids').length);
  return [
    {
      item: `interface endpoint in ${zones} zone(s)`,
      price: prices.interfaceEndpointPerHourAndZone * hoursPerMonth * zones,
    },
  ];
}
