/** `npm run aws:local` as a person runs it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { motoNeed } from '../../helpers/aws-local';
import { descendantsOf, type LeasedProcess, startLeased } from '../../helpers/leased-process';
import { describeWith } from '../../helpers/needs';

const root = join(__dirname, '../../..');

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describeWith([motoNeed], 'aws:local', () => {
  let local: LeasedProcess | undefined;

  afterEach(() => local?.stop());

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
