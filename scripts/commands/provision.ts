/** `sluice provision`: makes the hosts that Terraform built what the configuration says, over SSH. */
import { type Command, Option } from 'commander';
import { SluiceError } from '../../provision/core/errors';
import type { PlayEvent } from '../../provision/events';
import type { Role, Selection } from '../../provision/role';
import type { CliContext } from '../context';
import { fixedFor } from '../for-config';
import { endHelp } from '../help-end';
import { type HostOptions, list, withHostOptions } from '../provision/host-options';
import { sleep } from '../sleep';

interface Options extends HostOptions {
  readonly check?: true;
  readonly diff?: true;
  readonly json?: true;
  readonly listTasks?: true;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly startAt?: string;
  readonly state: 'present' | 'absent';
  readonly allowReboot?: true;
}

export function registerProvision(program: Command, context: CliContext): void {
  const command = withHostOptions(program.command('provision'))
    .description('Configure the hosts: Lustre client, mount, pull agent. Running it again changes nothing.')
    .option('--check', 'show what would change, and change nothing; exit code 2 where something would')
    .option('--diff', 'show every change from -> to, of texts the lines that differ')
    .option('--tags <tags>', 'only these roles, separated by commas', list)
    .option('--skip-tags <tags>', 'all roles but these', list)
    .option('--start-at <task>', 'begin with this task: its name, or a part that only its name has')
    .option('--list-tasks', 'print the tasks that would run, in order, and go to no host')
    .addOption(
      new Option(
        '--state <state>',
        'absent: unmount and remove agent, job and credentials; data, reports and packages stay',
      )
        .choices(['present', 'absent'])
        .default('present'),
    )
    .option('--allow-reboot', 'where the kernel has no Lustre client: update it, boot the host again, go on')
    .option('--json', 'print one event a line as JSON')
    .action((options: Options) => provision(context, options));
  endHelp(command, {
    exitCodes: {
      0: 'everything is as configured',
      1: 'a task failed',
      2: 'with --check: something would change, or cannot be known',
      3: 'the configuration, an option, the outputs or a passphrase are wrong',
      4: 'a host cannot be reached, refuses the login, or shows another key than it should',
      5: 'it cannot work as configured; nothing on that host was touched',
      130: 'interrupted; run it again',
    },
  });
}

async function provision(context: CliContext, options: Options): Promise<void> {
  const { hostProject } = await import('../provision/host-project');
  const { exitCodeOf, play } = await import('../../provision/play');
  const { selectTasks } = await import('../../provision/role');
  const { assertAssociationBuilt } = await import('../provision/association-built');
  const { renderPlay } = await import('../render/play');
  const { showPlay } = await import('../render/play-progress');
  const { renderTasks } = await import('../render/tasks');
  const { usesColor } = await import('../render/color');

  const project = await hostProject(context, options, {
    withCredentials: options.listTasks !== true && options.state === 'present' && handsOver(options),
    allowReboot: options.allowReboot === true,
    state: options.state,
  });
  const { tags, skipTags, startAt } = options;
  const selection = { tags, skipTags, startAt };
  await checkTags(project.roles, selection);
  const tasks = selectTasks(project.roles, selection);
  // The job leads into it: a pull elsewhere fills the file system, and nothing of it is exported.
  if (options.state === 'present' && tasks.some(({ role }) => role.name === 'pull'))
    assertAssociationBuilt(project.input, 'then npx sluice apply; --skip-tags pull provisions the rest');
  const write = (text: string) => void context.stdout.write(text);
  if (options.listTasks === true) {
    write(renderTasks(tasks, { json: options.json === true }));
    return;
  }
  const hosts = await project.hosts();
  const shown = showPlay(context, {
    color: usesColor(context, context.stderr),
    lines: (writeLines) =>
      renderPlay(writeLines, {
        diff: options.diff === true,
        color: usesColor(context, context.stdout),
        hosts: hosts.map(({ name }) => name),
      }),
  });
  const report = options.json === true ? (event: PlayEvent) => write(`${JSON.stringify(event)}\n`) : shown.report;
  const recaps = await play(hosts, {
    mode: options.check === true ? 'check' : 'apply',
    selection,
    forks: options.forks,
    clock: () => performance.now(),
    signal: context.signal,
    ...(options.wait ? { settleTimeoutMs: options.waitTimeout * 1000 } : {}),
    retry: { attempts: 3, delayMs: 2_000, sleep },
    reporter: (event) => report(fixedFor(context, event)),
  }).finally(shown.finish);
  context.setExitCode(exitCodeOf(recaps));
}

/** The role that hands the source's credentials over, whose name is its tag; the others need none. */
function handsOver({ tags = ['pull'], skipTags = [] }: Options): boolean {
  return tags.includes('pull') && !skipTags.includes('pull');
}

async function checkTags(roles: readonly Role[], { tags = [], skipTags = [] }: Selection): Promise<void> {
  const { allTags } = await import('../../provision/role');
  const known = allTags(roles);
  const wrong = [...tags, ...skipTags].find((tag) => !known.includes(tag));
  if (wrong === undefined) return;
  throw new SluiceError(`there is no tag ${JSON.stringify(wrong)}`, {
    code: 'TAG_UNKNOWN',
    kind: 'config',
    hint: `the tags are ${known.join(', ')}`,
  });
}
