/**
 * What a run's bytes cost, and would have cost by AWS's managed routes: list prices of us-east-1, without free tiers, discounts and
 * taxes. What every route pays alike (S3 requests and storage; traffic into AWS is free) is left out.
 */
import { formatCount, formatDuration } from '../../provision/core/units';
import type { Prices } from '../plan-review/prices';
import type { CostComparison, CostLine, RunSummary } from './report-data';

/** Prices for each GB moved, and the pages of AWS they come from. */
const routes = [
  {
    name: 'AWS DataSync, Basic mode',
    dollarsPerGb: 0.0125,
    source: 'aws.amazon.com/datasync/pricing',
  },
  {
    name: 'AWS Transfer Family SFTP connector',
    dollarsPerGb: 0.4,
    source: 'aws.amazon.com/aws-transfer-family/pricing',
  },
] as const;

/** AWS bills a GB of 2^30 bytes. */
const bytesPerGb = 2 ** 30;
/** AWS's own month. */
const hoursPerMonth = 730;
/** Most that Transfer Family's connectors move in an account (AWS Transfer Family, "Quotas for SFTP connectors"). */
const connectorBytesPerSecond = 50_000_000;
/** What migration.example.yaml builds. */
const stack = { fileSystem: 'PERSISTENT_2 SSD 125', capacityGiB: 1200, instance: 'c6in.xlarge' } as const;

export interface CostOptions {
  readonly prices: Prices;
  /** Where the run wrote to: an FSx file system, or an ordinary folder, which costs nothing at AWS. */
  readonly destination: 'file system' | 'folder' | 'unknown';
}

export function compareCosts({ counts, durationMs }: RunSummary, { prices, destination }: CostOptions): CostComparison {
  const gb = counts.bytesTransferred / bytesPerGb;
  const perHour = stackPerHour(prices);
  const own: CostLine = {
    name:
      destination === 'folder' ? 'sluice, had it run on AWS for as long' : 'sluice, the stack while the run went on',
    dollars: (perHour * durationMs) / 3_600_000,
    basis: `${formatDuration(durationMs)} of ${formatCount(stack.capacityGiB)} GiB ${stack.fileSystem}, one ${stack.instance} and an Elastic IP, ${formatDollars(perHour)} an hour`,
    source: `${prices.source}, ${prices.date}`,
  };
  const managed = routes.map(({ name, dollarsPerGb, source }) => ({
    name,
    dollars: gb * dollarsPerGb,
    basis: `${gb.toFixed(gb < 10 ? 2 : 0)} GB at $${dollarsPerGb.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}/GB`,
    source: `${source}, ${prices.date}`,
  }));
  const connectorMs = (counts.bytesTransferred / connectorBytesPerSecond) * 1000;
  return {
    lines: [own, ...managed],
    label: `list price, us-east-1, noted ${prices.date}`,
    notes: [
      ...(destination === 'folder' ? ['This run wrote to a folder of its own machine: it cost nothing at AWS.'] : []),
      `The file system and the host are billed for as long as they exist, ${formatDollars(perHour * hoursPerMonth)} a month, not only while a run goes on. Their size is the default configuration's: a run does not know its own.`,
      'DataSync cannot read SFTP: its line is what it asks for moving as many bytes.',
      ...(connectorMs > durationMs
        ? [`A connector moves at most 50 MB/s in an account: at least ${formatDuration(connectorMs)} for these bytes.`]
        : []),
      'Not counted, alike for every route: S3 requests and storage. Verify the prices before you rely on them.',
    ],
  };
}

function stackPerHour({ fsxLustrePerGiBMonth, instancePerHour, publicIpv4PerHour }: Prices): number {
  const fileSystem = ((fsxLustrePerGiBMonth[stack.fileSystem] ?? 0) * stack.capacityGiB) / hoursPerMonth;
  return fileSystem + (instancePerHour[stack.instance] ?? 0) + publicIpv4PerHour;
}

/** `0.004` -> `$0.0040`; `174` -> `$174.00`. */
function formatDollars(dollars: number): string {
  return `$${dollars.toFixed(dollars >= 0.1 ? 2 : 4)}`;
}
