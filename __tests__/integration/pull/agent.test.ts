/** The bundled agent as a process: exit codes, a clean stop, and SIGKILL in the middle. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AgentBundle, bundleAgent, eventsOf, startAgent } from '../../helpers/agent-bundle';
import { describeWith } from '../../helpers/needs';
import { pullJob } from '../../helpers/pull';
import { buildTree, compareTrees, makeRemovable, writeTreeFile } from '../../helpers/pull-tree';
import { runtimes, runtimesNeed } from '../../helpers/runtimes';
import { type Sshd, sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describeWith(sshdNeeds, 'the agent', () => {
  afterEach(() => makeRemovable(folder()));
  const folder = useTemporaryFolder();
  let server: Sshd;
  let agent: AgentBundle;
  beforeAll(async () => {
    server = await startSshd();
    agent = bundleAgent();
  });
  afterAll(async () => {
    await server.stop();
    agent.remove();
  });

  test('killed at any moment and run again: complete, byte for byte, no finished file sent twice', async () => {
    const tree = join(folder(), 'source');
    buildTree(tree, { files: 1500 });
    const large = 24 * 1024 * 1024;
    writeTreeFile(tree, 'large', { sizeBytes: large, mode: 0o644 });
    const job = pullJob(server, tree, folder());
    const out = job.destination.path;
    const transferred = new Set<string>();
    let kills = 0;
    // Each round lets more of the tree arrive before the kill, whatever the machine's speed.
    for (let wanted = 1; wanted < 1500; wanted += 350) {
      const run = startAgent(agent, job, { folder: folder() });
      const before = countFiles(out);
      while (run.child.exitCode === null && countFiles(out) - before < wanted) await delay(2);
      run.child.kill('SIGKILL');
      if ((await run.ended) === 'SIGKILL') kills += 1;
    }
    expect(kills).toBeGreaterThan(1);
    const finished = filesBelow(out);

    const last = startAgent(agent, job, { folder: folder() });
    expect([await last.ended, last.output()]).toEqual([0, expect.stringContaining('SUCCESS')]);
    for (const event of eventsOf(job)) {
      if (event.type === 'entry' && event.outcome.kind === 'transferred') transferred.add(event.outcome.path);
    }
    expect(finished.filter((path) => transferred.has(path))).toEqual([]);
    expect(compareTrees(tree, out).differences).toEqual([]);
    expect(existsSync(job.destination.stagingPath)).toBe(false);
  });

  test('SIGTERM stops cleanly with exit code 130, and the report says so', async () => {
    const tree = join(folder(), 'source');
    buildTree(tree, { files: 3000 });
    const job = pullJob(server, tree, folder());
    const run = startAgent(agent, job, { folder: folder() });
    while (run.child.exitCode === null && countFiles(job.destination.path) === 0) await delay(2);
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(130);
    const report = JSON.parse(readFileSync(join(job.stateDirectory, 'latest', 'report.json'), 'utf8'));
    expect(report).toMatchObject({ state: 'ERROR', error: { code: 'INTERRUPTED' }, failed: [] });
    const again = startAgent(agent, job, { folder: folder() });
    expect(await again.ended).toBe(0);
    expect(compareTrees(tree, job.destination.path).differences).toEqual([]);
  });

  test('--dry-run prints what a run would do, writes nothing, and says by its exit code whether that is anything', async () => {
    const tree = join(folder(), 'source');
    writeTreeFile(tree, 'sub/file', { sizeBytes: 5000, mode: 0o644 });
    const job = pullJob(server, tree, folder());
    const planned = startAgent(agent, job, { folder: folder(), args: ['--dry-run'] });
    expect(await planned.ended).toBe(2);
    const lines = planned
      .output()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { action: 'make-directory', path: 'sub' },
      { action: 'transfer', path: 'sub/file', sizeBytes: 5000 },
      expect.objectContaining({ dryRun: true, transfer: { files: 1, bytes: 5000 } }),
    ]);
    for (const path of [job.destination.path, job.destination.stagingPath, job.stateDirectory])
      expect(existsSync(path)).toBe(false);
    expect(await startAgent(agent, job, { folder: folder() }).ended).toBe(0);
    expect(await startAgent(agent, job, { folder: folder(), args: ['--dry-run'] }).ended).toBe(0);
  });

  test.each([
    ['a job that is not JSON', '{', 3, /job is not JSON/],
    ['a job with an unknown field', '{"version":1,"extra":true}', 3, /unknown field "extra"/],
  ])('%s: exit code and a message', async (_what, text, exitCode, message) => {
    const run = startAgent(agent, text, { folder: folder() });
    expect(await run.ended).toBe(exitCode);
    expect(run.output()).toMatch(message);
  });

  test('a destination that must be Lustre and is not: exit code 5, and nothing is written', async () => {
    const tree = join(folder(), 'source');
    buildTree(tree, { files: 1 });
    const mount = { mountPoint: folder(), fsType: 'lustre' } as const;
    const run = startAgent(agent, pullJob(server, tree, folder(), { destination: { mount } }), { folder: folder() });
    expect(await run.ended).toBe(5);
    expect(run.output()).toMatch(/not on a lustre file system|mount table cannot be read/);
    expect(readdirSync(folder()).sort()).toEqual(['job.json', 'source']);
  });
});

const onLinuxX64 = { what: 'Linux on x64', met: process.platform === 'linux' && process.arch === 'x64' };

// In CI these are there; elsewhere the suite is told of by name.
describeWith([...sshdNeeds, onLinuxX64, runtimesNeed(['16.20.2'])], "the agent on the host's oldest Node.js", () => {
  afterEach(() => makeRemovable(folder()));
  const folder = useTemporaryFolder();

  test('pulls a tree of every shape on Node.js 16', async () => {
    const server = await startSshd();
    const agent = bundleAgent();
    try {
      const { file: node } = await runtimes('x64', '16.20.2');
      const tree = join(folder(), 'source');
      buildTree(tree, { files: 300 });
      const options = { verifyMode: 'POINT_IN_TIME_CONSISTENT', excludes: ['*.nothing'] } as const;
      const job = pullJob(server, tree, folder(), { options });
      const run = startAgent(agent, job, { folder: folder(), node });
      expect([await run.ended, run.output()]).toEqual([0, expect.stringContaining('SUCCESS')]);
      const report = JSON.parse(readFileSync(join(job.stateDirectory, 'latest', 'report.json'), 'utf8'));
      expect(report.versions.node).toBe('v16.20.2');
      expect(compareTrees(tree, job.destination.path).differences).toEqual([]);
    } finally {
      await server.stop();
      agent.remove();
    }
  });
});

function filesBelow(root: string, relative = ''): string[] {
  if (!existsSync(join(root, relative))) return [];
  return readdirSync(join(root, relative)).flatMap((name) => {
    const path = relative === '' ? name : `${relative}/${name}`;
    return statSync(join(root, path)).isDirectory() ? filesBelow(root, path) : [path];
  });
}

function countFiles(root: string): number {
  return filesBelow(root).length;
}
