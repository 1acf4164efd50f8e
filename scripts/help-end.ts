/** The end of a command's `--help`: what there is to say beside its options, and its exit codes; as wide as the rest of the help. */
import type { AddHelpTextContext, Command } from 'commander';

const meanings = {
  0: 'ok',
  1: 'failed',
  2: 'changes pending',
  3: 'configuration',
  4: 'unreachable',
  5: 'blocked',
  130: 'interrupted',
} as const;

type ExitCodes = Partial<Readonly<Record<keyof typeof meanings, string>>>;

/** What any command may end with, whether it has words of its own for it or not. */
const ofEveryCommand: ExitCodes = { 0: meanings[0], 1: meanings[1], 3: meanings[3], 130: meanings[130] };

interface HelpEnd {
  readonly notes?: string;
  /** In the command's own words, where they say more; then those that it does not name do not occur, but for those of every command. */
  readonly exitCodes?: ExitCodes;
}

export function endHelp(command: Command, { notes, exitCodes = meanings }: HelpEnd): Command {
  // Keys that are numbers come in their order.
  const told = Object.entries({ ...ofEveryCommand, ...exitCodes }).map(([code, meaning]) => `${code}: ${meaning}.`);
  const lines = [...(notes === undefined ? [] : [notes]), `Exit code ${told.join(' ')}`];
  return command.addHelpText('after', (context) => `\n${wrapped(lines.join('\n'), context)}`);
}

/** Commander wraps what it writes itself, and not this. */
function wrapped(text: string, { command, error }: AddHelpTextContext): string {
  const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput();
  const width = error ? getErrHelpWidth?.() : getOutHelpWidth?.();
  return command.createHelp().boxWrap(text, width ?? withoutTerminal);
}

const withoutTerminal = 80;

/** In columns. */
export function helpWidth({ isTTY, columns }: NodeJS.WriteStream): number {
  // Some terminals say that they have none.
  return isTTY && columns > 0 ? columns : withoutTerminal;
}
