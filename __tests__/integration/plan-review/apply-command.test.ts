/** `sluice apply` as people run it, around a stand-in for Terraform. */
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { main } from '../../../scripts/cli';
import { fakeContext } from '../../helpers/fake-context';
import { outputsOf } from '../../helpers/host-plays';
import { until } from '../../helpers/until';
import { create, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { harmful, useStandInCommands } from './stand-in-commands';

const { folder, inFolder, terraform, sluice } = useStandInCommands();

describe('sluice apply', () => {
  test("tells what Terraform does; with --json in Terraform's own words, on stdout alone", async () => {
    const built = outputsOf({ address: '203.0.113.9', username: 'ec2-user' });
    terraform().setOutputs(built);
    await sluice(['plan']);
    expect(await sluice(['apply'])).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^file system {5}fs-/),
      stderr: 'apply\nApply complete!\n',
    });
    await sluice(['plan']);
    const { stdout, stderr } = await sluice(['apply', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ '@message': 'Apply complete!' });
    expect(stderr).toBe('');
  });

  test('ends with what the next steps need', async () => {
    const built = outputsOf({ address: '203.0.113.9', username: 'ec2-user' });
    terraform().setOutputs({ ...built, egress_addresses: ['203.0.113.7', '203.0.113.8'] });
    await sluice(['plan']);
    const { stdout } = await sluice(['apply']);
    const [host] = built.hosts;
    expect(stdout.split('\n')).toEqual([
      `file system     ${built.file_system.id}`,
      `buckets         ${built.buckets.join(', ')}`,
      `log group       ${built.log_group}`,
      `host            ${host?.name}, ec2-user@203.0.113.9`,
      "egress address  203.0.113.7, for the vendor's allow-list",
      "egress address  203.0.113.8, for the vendor's allow-list",
      'next: npx sluice provision',
      '',
    ]);
    const named = 'other.yaml';
    copyFileSync(inFolder('migration.yaml'), inFolder(named));
    await sluice(['plan', '-c', named]);
    expect((await sluice(['apply', '-c', named])).stdout).toMatch(/\nnext: npx sluice provision -c other\.yaml\n$/);
  });

  test('outputs that cannot be read are no failure of the apply', async () => {
    await sluice(['plan']);
    const { exitCode, stdout, stderr } = await sluice(['apply']);
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toContain('applied, but the outputs cannot be read');
  });

  test('another at the same time, which Terraform turns away, touches neither what the first tells nor its log', async () => {
    expect((await sluice(['plan'])).exitCode).toBe(2);
    terraform().will('hang', 'apply');
    const abort = new AbortController();
    const env = { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform().binary };
    const first = fakeContext({ cwd: folder(), signal: abort.signal, env });
    const running = main(['apply'], first.context);
    await until(() => first.stderr().includes('hanging'));
    rmSync(inFolder('hang-apply'));
    terraform().will('fail', 'apply');
    expect((await sluice(['apply'])).stderr).toContain('as the test wants it');
    abort.abort();
    expect(await running).toBe(130);
    expect(first.stderr()).not.toContain('as the test wants it');
    expect(first.stderr()).toMatch(/error: interrupted: .* stopped half way.*\n {2}fix: npx sluice plan .*\n$/);
    const logs = readdirSync(inFolder('.sluice/market-data')).filter((name) => name.startsWith('terraform-apply'));
    expect(logs).toEqual(['terraform-apply.log']);
    expect(readFileSync(inFolder('.sluice/market-data/terraform-apply.log'), 'utf8')).toMatch(/^hanging\n/);
  });

  test('an interrupt while Terraform starts waits until it can be taken: it would be forgotten, and everything built', async () => {
    expect((await sluice(['plan'])).exitCode).toBe(2);
    terraform().will('start', 'apply');
    const abort = new AbortController();
    const env = { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform().binary };
    const { context, stderr } = fakeContext({ cwd: folder(), signal: abort.signal, env });
    const running = main(['apply'], context);
    await until(() => terraform().calls().includes('starting'));
    abort.abort();
    expect(await running).toBe(130);
    expect(stderr()).toMatch(/error: interrupted: .* stopped half way/);
    expect(terraform().calls().slice(-3)).toEqual(['apply', 'starting', 'SIGINT']);
  });

  const refusal = async () => {
    const { exitCode, stderr } = await sluice(['apply']);
    expect(exitCode).toBe(5);
    expect(terraform().calls()).not.toContain('apply');
    return stderr;
  };

  test('applies what was reviewed, once', async () => {
    await sluice(['plan']);
    expect((await sluice(['apply'])).exitCode).toBe(0);
    expect(terraform().calls().slice(-2)).toEqual(['apply', 'output']);
    expect((await sluice(['apply'])).stderr).toContain('no reviewed plan at .sluice/market-data/tfplan');
  });

  test('refuses what was blocked, and applies what was allowed', async () => {
    terraform().willPlan(harmful);
    await sluice(['plan']);
    expect(await refusal()).toContain('blocked by file-system-deleted');
    await sluice(['plan', '--allow', 'file-system-deleted']);
    expect((await sluice(['apply'])).exitCode).toBe(0);
  });

  test('refuses what Terraform could not plan, and does not advise to allow it', async () => {
    terraform().willPlan({ ...planJson([create('aws_vpc.v', {})]), errored: true });
    await sluice(['plan']);
    expect(await refusal()).toMatch(/blocked by plan-errored\n {2}fix: mend what Terraform says(?!.*--allow)/s);
  });

  test('refuses where the output folder is gone', async () => {
    await sluice(['plan']);
    rmSync(inFolder('cdktf.out'), { recursive: true });
    expect(await refusal()).toMatch(/stack is gone from cdktf.out\/stacks\/market-data\n {2}fix: npx sluice plan/);
  });

  test('finds a plan written elsewhere', async () => {
    await sluice(['plan', '--out', 'here.tfplan']);
    expect(readFileSync(inFolder('here.tfplan'), 'utf8')).toBe('a plan file');
    expect(await refusal()).toContain('no reviewed plan');
    expect((await sluice(['apply', '--plan', 'here.tfplan'])).exitCode).toBe(0);
  });

  test("a failure keeps Terraform's words and the plan", async () => {
    await sluice(['plan']);
    terraform().will('fail', 'apply');
    const { exitCode, stderr } = await sluice(['apply']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('as the test wants it');
    expect(stderr).not.toContain('network.availabilityZone');
  });

  const again =
    'fix: log in (aws sso login), or set AWS_PROFILE; aws sts get-caller-identity shows whether it worked; then again';

  test.each([
    'operation error STS: GetCallerIdentity, https response error StatusCode: 403, api error ExpiredToken: it is expired',
    'operation error FSx: DescribeFileSystems, https response error StatusCode: 400, api error InvalidClientTokenId: no',
    'No valid credential sources found',
    'failed to get shared config profile, vendor',
  ])('credentials that AWS does not know are told with what helps at every step: %s', async (said) => {
    terraform().will('fail', 'init', said);
    expect((await sluice(['plan'])).stderr).toContain(again);
    rmSync(inFolder('fail-init'));
    await sluice(['plan']);
    terraform().will('fail', 'apply', said);
    expect((await sluice(['apply'])).stderr).toContain(again);
    terraform().willPlan({ ...planJson([create('aws_vpc.v', {})]), errored: true });
    terraform().will('stop', 'plan', said);
    expect(await sluice(['plan'])).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(again) });
  });

  test('a zone in which FSx makes no file system is told with its cure', async () => {
    await sluice(['plan']);
    const refusal = 'support Lustre file system creation in the following Availability Zones: us-east-1e';
    terraform().will('fail', 'apply', `creating: BadRequest: Amazon FSx does not currently ${refusal}`);
    const { exitCode, stderr } = await sluice(['apply']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/fix: set network\.availabilityZone to another zone.*; then npx sluice plan\n$/);
  });
});
