/** The kernels that a Lustre client is built for. Pure. */
import { compareNumbers } from '../core/compare-numbers';

/** Of one line of kernels, those from `from` on, up to `to` or below `below`. Versions are the first numbers of `uname -r`. */
export interface KernelRange {
  /** `5.10`, `5.14.0-570` */
  readonly line: string;
  readonly from?: string;
  /** The last one. */
  readonly to?: string;
  readonly below?: string;
  /** How the release ends: `-aws`. */
  readonly flavour?: string;
}

export function isInRange(release: string, { line, from, to, below, flavour }: KernelRange): boolean {
  const kernel = numbers(release);
  const compareTo = (version: string) => compareNumbers(kernel, numbers(version));
  return (
    numbers(line).every((number, index) => kernel[index] === number) &&
    (flavour === undefined || release.endsWith(flavour)) &&
    (from === undefined || compareTo(from) >= 0) &&
    (to === undefined || compareTo(to) <= 0) &&
    (below === undefined || compareTo(below) < 0)
  );
}

/** For a message: `5.10 from 5.10.144-127.601 on`. */
export function describeRange({ line, from, to, below }: KernelRange): string {
  if (from !== undefined && to !== undefined) return from === to ? from : `${from} to ${to}`;
  if (from !== undefined) return `${line} from ${from} on`;
  return below === undefined ? `any ${line}` : `${line} below ${below}`;
}

/** For a message: all of them, and what their names end in where that is asked of them. */
export function describeRanges(ranges: readonly KernelRange[]): string {
  const list = ranges.map(describeRange).join(', ');
  const flavour = ranges.find((range) => range.flavour !== undefined)?.flavour;
  return flavour === undefined ? list : `${flavour} kernels: ${list}`;
}

/** The numbers at the beginning: those of 5.14.0-362.18.1.el9_3.x86_64 are 5 14 0 362 18 1. */
function numbers(release: string): readonly number[] {
  const words = release.split(/[.-]/);
  const end = words.findIndex((word) => !/^\d+$/.test(word));
  return words.slice(0, end === -1 ? words.length : end).map(Number);
}
