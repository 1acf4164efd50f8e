/** docs/json.md names every event, outcome and field that a run writes, and every command that has `--json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { DryRunReport, PlannedAction } from '../../../provision/pull/dry-run-report';
import type { PullEvent } from '../../../provision/pull/record/events';
import type { Outcome } from '../../../provision/pull/record/outcomes';
import type { PullReport } from '../../../provision/pull/record/report';
import { type Left, Tally } from '../../../provision/pull/record/tally';
import { commands } from '../../../scripts/cli';
import { fakeContext } from '../../helpers/fake-context';

const guide = readFileSync(join(__dirname, '../../../docs/json.md'), 'utf8');

/** Every field of each member of a union, so that one more does not compile until it is here, and does not pass until it is in the guide. */
type Fields<Union, Key extends keyof Union, Common extends PropertyKey> = {
  readonly [Name in Union[Key] & string]: Readonly<
    Record<Exclude<keyof Extract<Union, Readonly<Record<Key, Name>>>, Key | Common>, 1>
  >;
};
type FieldsOf<Whole> = Readonly<Record<keyof Whole, 1>>;

const events: Fields<PullEvent, 'type', 'time'> = {
  state: { state: 1 },
  entry: { outcome: 1 },
  progress: {
    listedFiles: 1,
    listedBytes: 1,
    isListed: 1,
    doneFiles: 1,
    transferredFiles: 1,
    receivedBytes: 1,
    doneBytes: 1,
    failed: 1,
    retries: 1,
    elapsedMs: 1,
  },
  connections: { change: 1, connections: 1, reason: 1 },
  error: { code: 1, message: 1, hint: 1 },
};

/** Of those that are told: the others are counted. */
type Told = Exclude<Outcome, { readonly kind: 'excluded' | 'left' | 'verified' }>;
const outcomes: Fields<Told, 'kind', 'path'> = {
  transferred: {
    sizeBytes: 1,
    sha256: 1,
    resumedBytes: 1,
    attempts: 1,
    durationMs: 1,
    verified: 1,
    atSource: 1,
  },
  linked: { target: 1 },
  unchanged: { sizeBytes: 1, modeChanged: 1 },
  directory: { created: 1 },
  skipped: { reason: 1 },
  removed: { sizeBytes: 1, what: 1 },
  failed: { code: 1, reason: 1, hint: 1 },
};

const report: FieldsOf<PullReport> = {
  version: 1,
  state: 1,
  error: 1,
  startedAt: 1,
  endedAt: 1,
  durationMs: 1,
  stateDurationsMs: 1,
  source: 1,
  destination: 1,
  options: 1,
  counts: 1,
  left: 1,
  unfinished: 1,
  unmatchedIncludes: 1,
  failed: 1,
  skipped: 1,
  files: 1,
  versions: 1,
};
const error: FieldsOf<NonNullable<PullReport['error']>> = {
  code: 1,
  kind: 1,
  message: 1,
  hint: 1,
  retryable: 1,
  presentedHostKey: 1,
};
const left: FieldsOf<Left> = { limit: 1, files: 1, bytes: 1, tooLarge: 1, isAll: 1 };
const files: FieldsOf<PullReport['files']> = { report: 1, events: 1, manifest: 1, taskReport: 1, taskReportCsv: 1 };

const actions: Readonly<Record<PlannedAction['action'], 1>> = {
  transfer: 1,
  'make-directory': 1,
  'set-access': 1,
  link: 1,
  remove: 1,
  skip: 1,
  fail: 1,
};
const dryRun: FieldsOf<DryRunReport> = {
  version: 1,
  dryRun: 1,
  transfer: 1,
  atSource: 1,
  remove: 1,
  removalRefused: 1,
  links: 1,
  directories: 1,
  accessChanges: 1,
  unchanged: 1,
  skipped: 1,
  excluded: 1,
  failed: 1,
  unmatchedIncludes: 1,
  left: 1,
};

function sectionOf(title: string): string {
  const [, text = ''] = guide.split(`\n## ${title}\n`);
  return text.split('\n## ')[0] ?? '';
}

/** What is in backticks, without the mark of what need not be there. */
function named(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replace(/\?$/, ''));
}

function rowsOf(title: string): (readonly [first: string[], second: string])[] {
  const rows = sectionOf(title)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return rows.map((row) => [named(row.split(' | ')[0] ?? ''), row.split(' | ')[1] ?? ''] as const);
}

/** By what their first cell names. */
const fieldsIn = (title: string) =>
  Object.fromEntries(rowsOf(title).map(([[name = ''], second]) => [name, named(second).sort()]));
const sorted = (fields: Readonly<Record<string, object>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, keys]) => [name, Object.keys(keys).sort()]));

test('every event of a run with its fields, and no other', () => {
  expect(fieldsIn('Events of a run')).toEqual(sorted(events));
});

test('every outcome with its fields, and no other', () => {
  expect(fieldsIn('Outcomes')).toEqual(sorted(outcomes));
});

test('every field of the report, and no other', () => {
  expect(
    rowsOf('The report')
      .flatMap(([names]) => names)
      .sort(),
  ).toEqual(Object.keys(report).sort());
  const fields = fieldsIn('The report');
  expect(fields.counts).toEqual(Object.keys(new Tally().counts()).sort());
  expect(fields.error).toEqual(expect.arrayContaining(Object.keys(error)));
  expect(fields.left).toEqual(Object.keys(left).sort());
  expect(fields.files).toEqual(Object.keys(files).sort());
});

test('every action of a dry run, and every field of its end', () => {
  const names = named(sectionOf('A dry run'));
  const ofEnd = Object.keys(dryRun).filter((name) => name !== 'version' && name !== 'dryRun');
  expect(names).toEqual(expect.arrayContaining([...Object.keys(actions), ...ofEnd]));
});

test('every command that has --json', () => {
  const program = new Command();
  const context = { ...fakeContext().context, setExitCode: () => undefined };
  for (const register of commands) register(program, context);
  const withJson = (command: Command, path: string): string[] => [
    ...(command.options.some(({ long }) => long === '--json') ? [path] : []),
    ...command.commands.flatMap((below) => withJson(below, `${path} ${below.name()}`.trim())),
  ];
  const found = withJson(program, '');
  expect(found).toContain('pull run');
  const told = rowsOf('What each command prints').flatMap(([names]) => names);
  expect([...told].sort()).toEqual([...found].sort());
});
