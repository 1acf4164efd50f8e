/**
 * Errors of the system that libuv has no name for, EDQUOT and ESTALE among them: Node.js tells them as `Unknown system error -122`, in the
 * code and in the message, on every platform by its own number.
 */
import { constants } from 'node:os';

const unnamed = /Unknown system error -(\d+)(?:: Unknown system error -\1)?/g;

/** The code of an error of a call, as errno(3) has it; undefined where it has none. */
export function systemCodeOf(error: unknown): string | undefined {
  const code: unknown = (error as Partial<NodeJS.ErrnoException> | null | undefined)?.code;
  return typeof code === 'string' ? withNames(code) : undefined;
}

/** The text, with the names in place of the numbers. */
export function withNames(text: string): string {
  return text.replace(unnamed, (asTold, number: string) => nameOf(Number(number)) ?? asTold);
}

function nameOf(number: number): string | undefined {
  return Object.entries(constants.errno).find(([, each]) => each === number)?.[0];
}
