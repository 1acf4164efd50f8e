/** The price table: us-east-1-prices.json, and what a file of the user's puts in its place. */
import { z } from 'zod';
import { SluiceError } from '../../provision/core/errors';
import table from './us-east-1-prices.json';

const price = z.number().nonnegative();

const pricesSchema = z.strictObject({
  /** Day on which the prices were noted. */
  date: z.string(),
  source: z.string(),
  region: z.string(),
  /** By deployment type, storage type and throughput: `PERSISTENT_2 SSD 125`. FSx bills a GiB as a GB. */
  fsxLustrePerGiBMonth: z.record(z.string(), price),
  /** On-Demand, Linux. */
  instancePerHour: z.record(z.string(), price),
  volumePerGiBMonth: z.record(z.string(), price),
  publicIpv4PerHour: price,
  natGatewayPerHour: price,
  interfaceEndpointPerHourAndZone: price,
  kmsKeyPerMonth: price,
  alarmPerMonth: price,
});

/** In US dollars. */
export type Prices = z.output<typeof pricesSchema>;

/** Prices on demand, without the free tier, savings plans or taxes. */
export function defaultPrices(): Prices {
  return pricesSchema.parse(table);
}

const { date, source: origin, ...prices } = pricesSchema.shape;
const givenSchema = pricesSchema.partial().extend({ date, source: origin });

/**
 * The default table with the user's prices in place of its own; tables within are merged by entry. `date` and `source`
 * must be given: a report names them.
 * @param source What the file is called in messages.
 * @throws SluiceError PRICES_INVALID
 */
export function overridePrices(json: unknown, source: string): Prices {
  const parsed = givenSchema.safeParse(json, { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    const what = issue?.input === undefined && place !== '' ? 'is missing' : issue?.message;
    throw new SluiceError(`${source} is not a price table: ${place === '' ? '' : `${place}: `}${what}`, {
      code: 'PRICES_INVALID',
      kind: 'config',
      hint: `give date, source, and any of ${Object.keys(prices).join(', ')}`,
    });
  }
  const base = defaultPrices();
  const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
  return {
    ...base,
    ...given,
    fsxLustrePerGiBMonth: { ...base.fsxLustrePerGiBMonth, ...parsed.data.fsxLustrePerGiBMonth },
    instancePerHour: { ...base.instancePerHour, ...parsed.data.instancePerHour },
    volumePerGiBMonth: { ...base.volumePerGiBMonth, ...parsed.data.volumePerGiBMonth },
  };
}
