/** Numbers in the unit that a key's name tells, of texts that have a unit of their own: `1.2 TiB`, `100MB/s`, `2h`, `$500`. */

interface KeyUnit {
  /** Of the keys that count in it. */
  readonly keys: RegExp;
  readonly name: string;
  /** In bytes, in seconds, or in dollars. */
  readonly size: number;
  /** Others like it, by how they are written. */
  readonly others: Readonly<Record<string, number>>;
}

const [KiB, MiB, GiB, TiB] = [2 ** 10, 2 ** 20, 2 ** 30, 2 ** 40];

/** A letter alone is what it is to rclone, lftp and dd. */
const bytes: Readonly<Record<string, number>> = {
  ...{ b: 1, byte: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
  ...{ k: KiB, m: MiB, g: GiB, t: TiB, kib: KiB, mib: MiB, gib: GiB, tib: TiB, ki: KiB, mi: MiB, gi: GiB, ti: TiB },
  // Lines are rented by the bit.
  ...{ kbit: 125, mbit: 125e3, gbit: 125e6, kbps: 125, mbps: 125e3, gbps: 125e6 },
};
const seconds: Readonly<Record<string, number>> = {
  ...{ s: 1, sec: 1, second: 1, m: 60, min: 60, minute: 60, h: 3600, hour: 3600, d: 86_400, day: 86_400 },
};

const keyUnits: readonly KeyUnit[] = [
  { keys: /^bytes/, name: 'bytes', size: 1, others: bytes },
  { keys: /MiB$/, name: 'MiB', size: MiB, others: bytes },
  { keys: /GiB$/, name: 'GiB', size: GiB, others: bytes },
  { keys: /Seconds$/, name: 'seconds', size: 1, others: seconds },
  { keys: /Minutes$/, name: 'minutes', size: 60, others: seconds },
  { keys: /Usd$/, name: 'dollars', size: 1, others: { usd: 1, dollar: 1 } },
];

/** Undefined where the key has no unit, or the text no number and unit of that kind. */
export function inUnitOf(key: string, text: string): { readonly value: number; readonly unit: string } | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text.trim()) ?? [];
  // As clocks and ISO 8601 have it.
  if (key === 'timeOffsetSeconds' && hours !== undefined)
    return { value: Number(`${sign}${Number(hours) * 3600 + Number(minutes) * 60}`), unit: 'seconds' };
  const unit = keyUnits.find(({ keys }) => keys.test(key));
  const unitLast = text.trim().replace(/^\$\s*(.*)$/, '$1 usd');
  const [, number = '', written = ''] = /^([+-]?\d+(?:\.\d+)?)\s*([a-z]+)(?:\/s)?$/i.exec(unitLast) ?? [];
  const word = written.toLowerCase();
  const size = unit?.others[word] ?? unit?.others[word.replace(/s$/, '')];
  if (unit === undefined || size === undefined) return undefined;
  return { value: (Number(number) * size) / unit.size, unit: unit.name };
}
