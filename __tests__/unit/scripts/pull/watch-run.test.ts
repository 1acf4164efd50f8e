/** A run that ends before its end, as `sluice pull run` and `sluice pull status` tell of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../../provision/connection/connection';
import type { PullReport } from '../../../../provision/pull/record/report';
import { Tally } from '../../../../provision/pull/record/tally';
import { main } from '../../../../scripts/cli';
import type { OneHost } from '../../../../scripts/provision/on-host';
import { printStatus } from '../../../../scripts/pull/run-status';
import { watchRun } from '../../../../scripts/pull/watch-run';
import { fakeContext } from '../../../helpers/fake-context';

const report = {
  state: 'ERROR',
  error: { code: 'AUTHENTICATION_FAILED', kind: 'unreachable', message: 'the server refuses to log in', hint: 'ask' },
  durationMs: 1000,
  counts: new Tally().counts(),
  failed: [],
  skipped: [],
  files: { report: '/var/lib/sluice/runs/1/report.json' },
} as unknown as PullReport;

/** A host whose newest run is over, and nothing runs any more. */
const connection = {
  host: 'host-1',
  exec: async ({ text }: { text: string }) => ({
    exitCode: 0,
    signal: undefined,
    stdout: Buffer.from(answer(text)),
    stderr: Buffer.alloc(0),
  }),
} as unknown as Connection;

function answer(command: string): string {
  if (command.includes('readlink latest')) return 'runs/1 yes 0\n';
  if (command.startsWith('cat ')) return JSON.stringify(report);
  return 'mark\nsystem\nrunning\nresume\nservice\nLoadState=loaded\nActiveState=failed\nSubState=failed\nJob=0\ntimers\n';
}

const host = { connection } as unknown as OneHost;

async function told(work: (context: Parameters<typeof watchRun>[0]) => Promise<void>) {
  const fake = fakeContext();
  const setExitCode = jest.fn();
  await work({ ...fake.context, setExitCode });
  return { exitCode: setExitCode.mock.lastCall?.[0], stdout: fake.stdout(), stderr: fake.stderr() };
}

test('watched, it says why, and what to do', async () => {
  const after = { position: undefined };
  const { exitCode, stdout, stderr } = await told((context) => watchRun(context, host, { after, json: false }));
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/^ERROR: 0 files transferred/);
  expect(stderr).toBe('error: the server refuses to log in\n  fix: ask\n');
});

test('so does the status', async () => {
  const { exitCode, stdout } = await told((context) => printStatus(context, host, false));
  expect(exitCode).toBe(4);
  expect(stdout).toMatch(/the newest run:\nERROR: [\s\S]*\nerror: the server refuses to log in\n {2}fix: ask\n/);
});

test('one that waits for its next try says for how long at most', async () => {
  const waiting =
    'mark\nyes\nsystem\nrunning\nresume\nservice\nLoadState=loaded\nActiveState=activating\nSubState=auto-restart\ntimers\n';
  const exec = async ({ text }: { text: string }) => ({
    exitCode: 0,
    stdout: Buffer.from(text.includes('readlink latest') ? '' : waiting),
    stderr: '',
  });
  const waitingHost = { connection: { host: 'host-1', exec } } as unknown as OneHost;
  const { stdout } = await told((context) => printStatus(context, waitingHost, false));
  expect(stdout).toMatch(/^waiting: systemd tries again within two minutes: /);
});

test('as JSON it has the fields that the help and docs/json.md name; a host that is not provisioned is an error', async () => {
  const { stdout } = await told((context) => printStatus(context, host, true));
  expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', run: 'runs/1', report: { state: 'ERROR' } });
  const guide = readFileSync(join(__dirname, '../../../../docs/json.md'), 'utf8');
  const named = /\| `pull status` \| `{(.*?)}`/.exec(guide)?.[1]?.split(', ') ?? [];
  const given = Object.keys(JSON.parse(stdout));
  expect(named.map((name) => name.replace('?', ''))).toEqual(expect.arrayContaining(given));
  const help = fakeContext();
  await main(['pull', 'status', '--help'], help.context);
  expect(help.stdout().replace(/\s+/g, ' ')).toContain(`{${named.join(', ').replaceAll('?', '')}}`);

  const nothing = (text: string) =>
    text.includes('readlink latest') ? '' : 'mark\nsystem\nrunning\nresume\nservice\nLoadState=LOADED\ntimers\n';
  const bare = (loadState: string): OneHost =>
    ({
      connection: {
        host: 'host-1',
        exec: async ({ text }: { text: string }) => ({
          exitCode: 0,
          stdout: Buffer.from(nothing(text).replace('LOADED', loadState)),
          stderr: '',
        }),
      },
    }) as unknown as OneHost;
  const idle = await told((context) => printStatus(context, bare('loaded'), true));
  expect(Object.keys(JSON.parse(idle.stdout))).toEqual(named.filter((name) => !name.endsWith('?')));
  await expect(told((context) => printStatus(context, bare('not-found'), true))).rejects.toMatchObject({
    code: 'NOT_PROVISIONED',
  });
});
