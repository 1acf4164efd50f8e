/**
 * The whole path of an operator: a booted host and an SFTP server beside it, `sluice provision` with the outputs of Terraform, the
 * pull started by systemd on the host's own Node.js, the tree on the Lustre mount, a second pull with nothing to do, and the page of both.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DryRunReport } from '../../provision/pull/dry-run-report';
import type { PullEvent } from '../../provision/pull/record/events';
import type { PullReport } from '../../provision/pull/record/report';
import { bootedHostNeeds, startBootedHost } from '../helpers/booted-host';
import { testFileSystem } from '../helpers/host-plays';
import { describeWith } from '../helpers/needs';
import { migrationOperator } from '../helpers/operator';
import { buildTree } from '../helpers/pull-tree';
import { agentBuilt, runtimesNeed } from '../helpers/runtimes';
import { startSshd } from '../helpers/sshd';
import { useTemporaryFolder } from '../helpers/temporary-folder';

const needs = [...bootedHostNeeds, agentBuilt, runtimesNeed(['16.20.2', '24.21.0'])];

/** Every file with its mode, size, time and digest, and every directory; the same on the source and on the host. */
const listing = (root: string) => `cd ${root} && {
  find . -type f -printf '%m %s %T@ %p\\n' -o -type d -printf '%p\\n' | sort
  find . -type f -print0 | sort -z | xargs -0 sha256sum
}`;

/** The digests of what reports are made of. */
const runFiles = (runs: string) => `cd ${runs} && sha256sum */events.ndjson */report.json`;

describeWith(needs, 'from an SFTP server to the mounted file system', () => {
  const folder = useTemporaryFolder();

  test.each([
    ['amazon-linux-2', 'v16.20.2'],
    ['amazon-linux-2023', 'v24.21.0'],
  ] as const)('%s', async (os, nodeVersion) => {
    const host = await startBootedHost({ os, fileSystems: [testFileSystem] });
    const server = await startSshd({ address: host.gateway });
    try {
      const tree = join(folder(), 'outgoing');
      buildTree(tree, { files: 500 });
      const sluice = migrationOperator({ folder: folder(), os, host, server, tree });

      expect(await sluice('provision')).toMatchObject({ exitCode: 0 });
      expect((await sluice('pull', 'status')).stdout).toBe('not running: no run yet\n');
      expect(await host.run('/opt/sluice/node/bin/node --version')).toBe(`${nodeVersion}\n`);
      expect(await host.run('findmnt -rno FSTYPE /fsx | tail -n 1')).toBe('lustre\n');

      const before = await dryRun(sluice);
      expect(before.exitCode).toBe(2);
      expect(await host.run('find /fsx -mindepth 1')).toBe('');
      const first = await pull(sluice);
      expect(first).toMatchObject({ state: 'SUCCESS', failed: [], skipped: [] });
      expect(first.versions.node).toBe(nodeVersion);
      expect(await host.run(listing('/fsx/nasdaq'))).toBe(
        execFileSync('sh', ['-c', listing(tree)], { encoding: 'utf8' }),
      );

      expect(before.report).toMatchObject({
        transfer: { files: first.counts.filesTransferred, bytes: first.counts.bytesTransferred },
        directories: first.counts.directoriesCreated,
      });
      expect(await dryRun(sluice)).toMatchObject({ exitCode: 0, report: { transfer: { files: 0, bytes: 0 } } });

      const second = await pull(sluice);
      expect(second.counts).toMatchObject({
        filesTransferred: 0,
        filesUnchanged: first.counts.filesTransferred,
        failed: 0,
      });
      expect((await sluice('pull', 'status')).stdout).toContain('not running; the newest run:\nSUCCESS: 0 files');
      expect((await sluice('pull', 'logs', '-n', '50')).stdout).toContain('SUCCESS: 0 files transferred');

      const history = await sluice('pull', 'history', '--json');
      expect(JSON.parse(history.stdout)).toMatchObject([{ counts: second.counts }, { counts: first.counts }]);
      const report = await sluice('pull', 'report', '--all', '--out', 'runs.html');
      expect(report).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('runs.html: 2 runs, ') });
      expect(readFileSync(join(folder(), 'runs.html'), 'utf8')).toContain(`"startedAt":"${first.startedAt}"`);
      expect(
        execFileSync('sh', ['-c', runFiles('.sluice/market-data/runs/host-1')], { cwd: folder() }).toString(),
      ).toBe(await host.run(runFiles('/var/lib/sluice/runs')));
      expect(await sluice('provision', '--check')).toMatchObject({ exitCode: 0 });

      const moved = migrationOperator({ folder: folder(), os, host, server, tree: join(tree, 'elsewhere') });
      for (const args of [['run'], ['start'], ['run', '--dry-run']])
        expect(await moved('pull', ...args)).toMatchObject({
          exitCode: 5,
          stderr: expect.stringMatching(
            /source\.path is .* there, .*; nothing was started\n {2}fix: npx sluice provision/,
          ),
        });
    } finally {
      await host.stop();
      await server.stop();
    }
  });
});

/** What a run would do. */
async function dryRun(sluice: ReturnType<typeof migrationOperator>) {
  const { exitCode, stdout } = await sluice('pull', 'run', '--dry-run', '--json');
  return { exitCode, report: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as DryRunReport };
}

/** Starts a run and follows it to its end. */
async function pull(sluice: ReturnType<typeof migrationOperator>): Promise<PullReport> {
  const { exitCode, stdout, stderr } = await sluice('pull', 'run', '--json');
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}${stdout}`);
  const lines = stdout.trim().split('\n');
  const events = lines.slice(0, -1).map((line) => JSON.parse(line) as PullEvent);
  const states = events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
  expect([states[0], states.at(-1)]).toEqual(['QUEUED', 'SUCCESS']);
  return JSON.parse(lines.at(-1) ?? '').report as PullReport;
}
