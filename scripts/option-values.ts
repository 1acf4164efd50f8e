/** Numbers given as options; what is none ends the command with a sentence on what is needed. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber({ min, max = Number.MAX_SAFE_INTEGER }: { readonly min: number; readonly max?: number }) {
  return (text: string): number => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      max === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${min} is needed.`
        : `a whole number from ${min} to ${max} is needed.`,
    );
  };
}

/** Parts of one are taken too. `unit`: `minutes`. */
export function moreThanNone(unit: string, max = Number.MAX_VALUE) {
  return (text: string): number => {
    const value = Number(text);
    if (value > 0 && value <= max) return value;
    const most = max === Number.MAX_VALUE ? '' : ` and at most ${max}`;
    throw new InvalidArgumentError(`${unit}, more than 0${most}, are needed.`);
  };
}
