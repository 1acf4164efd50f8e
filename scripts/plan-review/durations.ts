/**
 * How long AWS takes. Sources: FSx for Lustre user guide ("Managing storage capacity", "Managing throughput capacity"),
 * and practitioners' measurements for file systems and associations. Everything else is a matter of a minute or two.
 */
import type { ResourceChange } from './plan-json';
import { entryOf, numberAt } from './values';

export interface Minutes {
  readonly leastMinutes: number;
  readonly mostMinutes: number;
}

export interface Duration extends Minutes {
  /** The part that creates something, at most; what a create timeout must exceed. */
  readonly createMinutes: number;
  /** What takes so long: `creating the file system`. */
  readonly what: string;
}

type Span = readonly [leastMinutes: number, mostMinutes: number];

interface Known {
  readonly noun: string;
  readonly create: Span;
  readonly delete: Span;
}

const known: Readonly<Record<string, Known>> = {
  aws_fsx_lustre_file_system: { noun: 'the file system', create: [10, 15], delete: [5, 10] },
  aws_fsx_data_repository_association: { noun: 'the association', create: [8, 10], delete: [8, 10] },
  aws_nat_gateway: { noun: 'the NAT gateway', create: [1, 3], delete: [1, 2] },
  aws_db_instance: { noun: 'the database', create: [5, 15], delete: [3, 10] },
};

/** Of creating or deleting one resource. Undefined where it is short, or not known. */
export function usualMinutes(type: string, operation: 'create' | 'update' | 'delete'): Minutes | undefined {
  const span = operation === 'update' ? undefined : entryOf(known, type)?.[operation];
  return span === undefined ? undefined : { leastMinutes: span[0], mostMinutes: span[1] };
}

/** Undefined where it is short, or not known. */
export function durationOf(change: ResourceChange): Duration | undefined {
  const facts = entryOf(known, change.type);
  if (facts === undefined) return undefined;
  switch (change.action) {
    case 'create':
      return duration(`creating ${facts.noun}`, facts.create, facts.create[1]);
    case 'delete':
      return duration(`deleting ${facts.noun}`, facts.delete, 0);
    case 'replace': {
      const span: Span = [facts.create[0] + facts.delete[0], facts.create[1] + facts.delete[1]];
      return duration(`deleting and creating ${facts.noun}`, span, facts.create[1]);
    }
    case 'update':
      return updateOf(change);
    default:
      return undefined;
  }
}

/** Growth is followed by an optimization of the storage, in which the file system works at a lower throughput. */
function updateOf(change: ResourceChange): Duration | undefined {
  if (change.type !== 'aws_fsx_lustre_file_system') return undefined;
  const changed = (attribute: string) => numberAt(change.before, attribute) !== numberAt(change.after, attribute);
  const isScaled = changed('per_unit_storage_throughput');
  if (changed('storage_capacity'))
    return duration(isScaled ? `${changingThroughput}; ${growing}` : growing, [60, 720], 0);
  return isScaled ? duration(changingThroughput, [15, 60], 0) : undefined;
}

const growing = 'growing the file system and optimizing its storage, at lower throughput meanwhile';
const changingThroughput =
  'changing the throughput: the file system is unavailable meanwhile, for up to an hour, and FSx allows the next change six hours later';

function duration(what: string, [leastMinutes, mostMinutes]: Span, createMinutes: number): Duration {
  return { what, leastMinutes, mostMinutes, createMinutes };
}

/** `10-15 min`, `1-12 h`. */
export function formatMinutes({ leastMinutes, mostMinutes }: Minutes): string {
  const inHours = leastMinutes >= 60;
  const [least, most] = inHours
    ? [Math.round(leastMinutes / 60), Math.round(mostMinutes / 60)]
    : [leastMinutes, mostMinutes];
  return `${least === most ? least : `${least}-${most}`} ${inHours ? 'h' : 'min'}`;
}
