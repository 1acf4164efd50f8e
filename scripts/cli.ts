#!/usr/bin/env node
/**
 * The command line: declares the commands, and is the one place where errors become messages and exit codes.
 */
import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { exitCodes, messageOf, SluiceError } from '../provision/core/errors';
import { visibleLines } from '../provision/core/visible';
import { requireAddressSpace } from './address-space';
import { registerApply } from './commands/apply';
import { registerCopy } from './commands/copy';
import { registerDemo } from './commands/demo';
import { registerDestroy } from './commands/destroy';
import { registerDoctor } from './commands/doctor';
import { registerFacts } from './commands/facts';
import { registerHistory } from './commands/history';
import { registerPlan } from './commands/plan';
import { registerProvision } from './commands/provision';
import { registerPull } from './commands/pull';
import { registerRelease } from './commands/release';
import { registerReport } from './commands/report';
import { registerSynth } from './commands/synth';
import { registerValidate } from './commands/validate';
import { registerVerify } from './commands/verify';
import type { CliContext, ProgramContext, RegisterCommand } from './context';
import { fixOfFileFailure } from './file-failure';
import { endHelp, helpWidth } from './help-end';
import { homeDirectory } from './home-directory';
import { requireNode } from './node-version';
import { refuseEmpty } from './refuse-empty';
import { stopSignal } from './stop-signal';
import { watchOutput } from './watch-output';
import { namedConfig, withConfig } from './with-config';
import { workingDirectory } from './working-directory';

/** In the order of a migration's life, as `--help` shows them. */
export const commands: readonly RegisterCommand[] = [
  registerValidate,
  registerSynth,
  registerPlan,
  registerApply,
  registerProvision,
  registerFacts,
  registerDoctor,
  registerPull,
  registerVerify,
  registerRelease,
  registerReport,
  registerHistory,
  registerDestroy,
  registerCopy,
  registerDemo,
];

export async function main(argv: readonly string[], context: ProgramContext): Promise<number> {
  let exitCode: number = exitCodes.ok;
  let config: string | undefined;
  const program = new Command('sluice')
    .description('Moves a tree from an SFTP server into Amazon S3 through Amazon FSx for Lustre.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('  fix: --help shows the commands and options')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => helpWidth(context.stdout),
      getErrHelpWidth: () => helpWidth(context.stderr),
    })
    // Of the columns beside the commands and options; a terminal would break what is not wrapped in the middle of words.
    .configureHelp({ minWidthToWrap: 20 });
  const forConfig = (fix: string) => (config === undefined ? fix : withConfig(fix, program, config));
  try {
    const commandContext: CliContext = {
      ...context,
      forConfig,
      setExitCode: (code) => {
        exitCode = code;
      },
    };
    for (const register of commands) register(program, commandContext);
    inheritSettings(program);
    program.hook('preAction', (_, command) => {
      refuseEmpty(command);
      config = namedConfig(command);
    });
    await program.parseAsync([...(helpOnNothing(argv, program) ?? argv)], { from: 'user' });
    return context.signal.aborted ? exitCodes.interrupted : exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.config;
    if (context.signal.aborted && !leavesWork(error)) return exitCodes.interrupted;
    const say = (text: string) => context.stderr.write(visibleLines(text));
    say(`error: ${messageOf(error)}\n`);
    const hint = (error instanceof SluiceError ? error.hint : undefined) ?? fixOfFileFailure(error);
    if (hint !== undefined) say(`  fix: ${forConfig(hint)}\n`);
    if (error instanceof SluiceError) return error.exitCode;
    if (hint === undefined) say(`${error instanceof Error ? error.stack : ''}\n`);
    return exitCodes.failed;
  }
}

/** Where help is asked for on a command that there is not: the command alone, which says so. Commander shows the general help. */
function helpOnNothing(argv: readonly string[], program: Command): readonly string[] | undefined {
  const [first = '', second = ''] = argv;
  const asked = first === 'help' ? second : /^(-h|--help)$/.test(second) ? first : '';
  const isKnown = asked === 'help' || program.commands.some((command) => command.name() === asked);
  return asked === '' || asked.startsWith('-') || isKnown ? undefined : [asked];
}

/** Who interrupts a command knows that it is; where something is left to be done, not what. */
function leavesWork(error: unknown): boolean {
  return error instanceof SluiceError && error.kind === 'interrupted' && error.hint !== undefined;
}

/** Subcommands do not take over the exit and output settings of their parent by themselves. What has more to say of its exit codes does so. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    if (!tellsMore(command)) endHelp(command, {});
    inheritSettings(command);
  }
}

/** Commander keeps such texts as listeners. */
function tellsMore(command: Command & Partial<Pick<NodeJS.EventEmitter, 'listenerCount'>>): boolean {
  return command.listenerCount?.('afterHelp') !== 0;
}

if (require.main === module) {
  requireNode(process);
  requireAddressSpace(process);
  watchOutput(process);
  // Its versions are pinned to ones that run on this Node.js; what newer ones will need is no news for a user.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  // The AWS SDK asks for it too, and ends the program where there is none.
  process.env.HOME = homeDirectory(process.env);
  // A dumb terminal cannot be redrawn: views go to it as to a file, line by line.
  if (process.env.TERM === 'dumb') process.stderr.isTTY = false;
  const signal = stopSignal(process, () => performance.now());
  main(process.argv.slice(2), {
    env: process.env,
    get cwd() {
      return workingDirectory(process);
    },
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
    now: () => new Date(),
  }).then((exitCode) => {
    process.exitCode = exitCode;
    // All is done that a command has to do; what a library waits for still, a program that gives credentials for one, holds nobody up.
    if (signal.aborted) process.exit();
  });
}
