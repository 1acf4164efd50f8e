/** `npm run aws:local` as a person runs it. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { listenOnLoopback } from '../../../scripts/listen-on-loopback';
import { motoNeed } from '../../helpers/aws-local';
import { descendantsOf, type LeasedProcess, startLeased } from '../../helpers/leased-process';
import { describeWith } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const root = join(__dirname, '../../..');

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const run = (...args: readonly string[]) =>
  promisify(execFile)(join(root, 'node_modules/.bin/tsx'), [join(root, 'scripts/aws-local/main.ts'), ...args]);

test('aws:local --help shows the options', async () => {
  expect((await run('--help')).stdout).toMatch(/^Usage: npm run aws:local -- [\s\S]*--port <number>/);
});

test('moto that ends ends it, exit code 1, with what moto said last', async () => {
  const program = join(folder(), 'moto_server');
  const said = 'echo " * Running on http://127.0.0.1:9"\necho "no memory left" >&2\nexit 7\n';
  writeFileSync(program, `#!/bin/sh\n${said}`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder()}:${process.env.PATH}` };
  const main = [join(root, 'scripts/aws-local/main.ts'), '--port', '0'];
  await expect(promisify(execFile)(join(root, 'node_modules/.bin/tsx'), main, { env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: moto_server ended \(7\):\n[\s\S]*no memory left/m),
  });
});

describeWith([motoNeed], 'aws:local', () => {
  let local: LeasedProcess | undefined;

  afterEach(() => local?.stop());

  test('a port that is taken is named, with the option for another', async () => {
    const taken = createServer();
    const { endpoint, close } = await listenOnLoopback(taken);
    const { port } = new URL(endpoint);
    await expect(run('--port', port)).rejects.toMatchObject({
      stderr: `error: port ${port} is taken\n  fix: name another: npm run aws:local -- --port ${Number(port) + 1}\n`,
    });
    await close();
  });

  test('prints what a shell needs, answers as AWS does, and leaves nothing behind', async () => {
    const tsx = join(root, 'node_modules/.bin/tsx');
    local = await startLeased(tsx, [join(root, 'scripts/aws-local/main.ts'), '--port', '0']);
    await local.printed(/Ctrl-C/);
    const endpoint = /export AWS_ENDPOINT_URL=(http:\/\/127\.0\.0\.1:\d+)/.exec(local.output())?.[1] ?? '';
    const fsx = await fetch(endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSSimbaAPIService_v20180301.DescribeFileSystems' },
      body: '{}',
    });
    expect(await fsx.json()).toEqual({ FileSystems: [] });
    expect((await fetch(`${endpoint}/some-bucket`, { method: 'PUT' })).status).toBe(200);
    const started = descendantsOf(local.pid);
    expect(started.length).toBeGreaterThan(0);
    process.kill(local.pid, 'SIGTERM');
    await expect(local.printed(/never printed/)).rejects.toThrow('ended before');
    // A child ends a moment after its parent; one that does not end runs into the test's time limit.
    while (started.some(isRunning)) await sleep(20);
  });
});
