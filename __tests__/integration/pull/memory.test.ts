/**
 * A million files, and the memory of the agent's process at its peak, as the kernel counts it. The run walks and compares every one of them
 * with the destination and leaves them all for the next run (`limits.bytes`): what would grow with their number does. The whole
 * transfer of a million files is for `SLUICE_MILLION=1`; its figure is in docs/runs.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PullJob } from '../../../provision/pull/job/job';
import { type AgentBundle, bundleAgent, startAgent } from '../../helpers/agent-bundle';
import { type GeneratedTree, startGeneratedTree } from '../../helpers/generated-tree';
import { pullJob } from '../../helpers/pull';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const million = 1_000_000;
const mostMiB = 300;

describe('a million files', () => {
  const folder = useTemporaryFolder();
  let agent: AgentBundle;
  beforeAll(() => {
    agent = bundleAgent();
  });
  afterAll(() => agent.remove());

  async function run(tree: GeneratedTree, options: Partial<PullJob['options']>) {
    const server = await startGeneratedTree(tree);
    const hook = join(folder(), 'peak.js');
    const peakFile = join(folder(), 'peak');
    writeFileSync(
      hook,
      `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(peakFile)}, String(process.resourceUsage().maxRSS)));`,
    );
    const job = pullJob(server, '/', folder(), { options });
    const run = startAgent(agent, job, {
      folder: folder(),
      nodeArgs: ['--require', hook],
      env: { TEST_PASSWORD: server.password },
    });
    const exitCode = await run.ended;
    await server.close();
    if (typeof exitCode !== 'number' || exitCode > 1) throw new Error(run.output());
    const report = JSON.parse(readFileSync(join(job.stateDirectory, 'latest/report.json'), 'utf8'));
    const peakMiB = Math.ceil(Number(readFileSync(peakFile, 'utf8')) / 1024);
    return { exitCode, report, peakMiB, output: run.output() };
  }

  test('in one directory, each looked up at both ends, and known at the end as one that a limit left', async () => {
    const { exitCode, report, peakMiB, output } = await run(
      { directories: 0, filesEach: million },
      {
        limits: { bytes: 1 },
        preserveDeletedFiles: 'REMOVE',
        verifyMode: 'POINT_IN_TIME_CONSISTENT',
        logLevel: 'OFF',
        taskReport: 'NONE',
      },
    );
    expect([exitCode, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
    expect(report.left).toMatchObject({ files: million, bytes: million * 1000, isAll: true });
    // None of them is at the destination.
    expect(report.counts).toMatchObject({ failed: 0, verifiedAtEnd: 0 });
    process.stdout.write(`memory: ${peakMiB} MiB at most for a million files in one directory\n`);
    expect(peakMiB).toBeLessThan(mostMiB);
  });

  test('in a thousand directories, every one of them in the task report', async () => {
    const { exitCode, report, peakMiB, output } = await run(
      { directories: 1000, filesEach: million / 1000 },
      { limits: { bytes: 1 } },
    );
    expect([exitCode, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
    expect(report.counts.directories).toBe(1000);
    expect(report.left).toMatchObject({ files: million, isAll: true });
    process.stdout.write(`memory: ${peakMiB} MiB at most for a million files in a thousand directories\n`);
    expect(peakMiB).toBeLessThan(mostMiB);
  });
});
