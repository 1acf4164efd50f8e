/** docs/provisioning.md says what is there, and all of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes } from '../../../provision/core/errors';
import { type PlayEvent, taskStatuses } from '../../../provision/events';
import { ec2Layout } from '../../../provision/roles/layout';
import { hostRoles } from '../../../provision/roles/roles';
import { main } from '../../../scripts/cli';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { migrationOf, outputsOf } from '../../helpers/host-plays';

const root = join(__dirname, '../../..');
const guide = readFileSync(join(root, 'docs/provisioning.md'), 'utf8');

/** The rows of the table under a heading or a line of text, without head and rule; each a list of cells. */
function table(after: string): readonly (readonly string[])[] {
  const start = guide.indexOf(`\n${after}\n`);
  if (start === -1) throw new Error(`the guide has no ${after}`);
  const rows = guide.slice(guide.indexOf('\n|', start) + 1);
  return (/^(?:\|.*\|\n)+/.exec(rows)?.[0] ?? '')
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

const names = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
const firstNames = (after: string) => table(after).flatMap(([first]) => names(first));

async function optionsOf(command: readonly string[]): Promise<readonly string[]> {
  const fake = fakeContext();
  await main([...command, '--help'], fake.context);
  const options = [...fake.stdout().matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option ?? '');
  return options.filter((option) => option !== '--help').toSorted();
}

test.each([
  [['provision'], ['Of `provision`:']],
  [['facts'], []],
  [['doctor', 'host'], []],
  [['verify', 'host'], ['Of `verify host`:']],
] as const)('%j: --help and the guide name the same options', async (command, tables) => {
  const documented = ['Of all four commands:', ...tables].flatMap(firstNames);
  expect(await optionsOf(command)).toEqual(documented.toSorted());
});

test('exit codes and their names are those of errors.ts', () => {
  const rows = table('## Exit codes').map(([code, name]) => [Number(code), name]);
  const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  expect(rows).toEqual(Object.entries(exitCodes).map(([name, code]) => [code, inWords(name)]));
});

test('every role is there, in order, with what it needs', () => {
  const roles = hostRoles({
    migration: migrationOf(configText()),
    outputs: outputsOf({ address: '192.0.2.1', username: 'ec2-user' }),
    layout: ec2Layout,
    agentBundle: Buffer.from('agent'),
    credentials: {},
    runtime: { builds: [], source: () => Promise.reject(new Error('not to be asked')) },
  });
  const rows = table('## Roles').map(([name, , needs]) => [names(name)[0], names(needs)]);
  expect(rows).toEqual(roles.map(({ name, needs }) => [name, needs]));
});

test('every status is there', () => {
  expect(firstNames('## What a line means')).toEqual([...taskStatuses]);
});

type FieldsOf<Type extends PlayEvent['type']> = {
  [Field in Exclude<keyof Extract<PlayEvent, { type: Type }>, 'type'>]-?: object extends Pick<
    Extract<PlayEvent, { type: Type }>,
    Field
  >
    ? 'optional'
    : 'always';
};

/** The compiler refuses a type or a field that is missing here, or not there any more. */
const events: { [Type in PlayEvent['type']]: FieldsOf<Type> } = {
  'play-started': { host: 'always', mode: 'always', tasks: 'always' },
  'task-started': { host: 'always', role: 'always', task: 'always' },
  'task-retried': { host: 'always', role: 'always', task: 'always', attempt: 'always', reason: 'always' },
  'task-ended': {
    host: 'always',
    role: 'always',
    task: 'always',
    status: 'always',
    changes: 'always',
    reason: 'optional',
    fix: 'optional',
  },
  waiting: { host: 'always', reason: 'always' },
  recap: {
    host: 'always',
    counts: 'always',
    roundTrips: 'always',
    durationMs: 'always',
    interrupted: 'always',
    misconfigured: 'optional',
  },
};

test('every event is there with its fields', () => {
  const rows = table('## Events').map(([type, fields]) => [names(type)[0], names(fields).toSorted()]);
  const expected = Object.entries(events).map(([type, fields]) => [
    type,
    Object.entries(fields)
      .map(([field, presence]) => (presence === 'optional' ? `${field}?` : field))
      .toSorted(),
  ]);
  expect(rows).toEqual(expected);
});

test('links lead somewhere', () => {
  for (const [, target] of guide.matchAll(/\]\(([^)#:]+)\)/g))
    expect(existsSync(join(root, 'docs', target!))).toBe(true);
});
