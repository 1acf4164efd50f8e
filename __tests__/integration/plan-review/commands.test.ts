/** `sluice plan` and `sluice apply` as people run them, around a stand-in for Terraform. */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { configText } from '../../helpers/config-text';
import { type FakeContextOptions, fakeContext } from '../../helpers/fake-context';
import { outputsOf } from '../../helpers/host-plays';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';
import { create, destroy, lustre, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { type FakeTerraform, fakeTerraform } from './fake-terraform';

const harmless = planJson([create('aws_vpc.v', {})]);
const harmful = planJson([destroy('aws_fsx_lustre_file_system.f', lustre)]);

const folder = useTemporaryFolder();
const inFolder = (name: string) => join(folder(), name);
let terraform: FakeTerraform;

beforeEach(() => {
  terraform = fakeTerraform(folder());
  terraform.willPlan(harmless);
  writeFileSync(inFolder('migration.yaml'), configText());
});

async function sluice(args: readonly string[], options: FakeContextOptions = {}) {
  const env = { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform.binary, ...options.env };
  const fake = fakeContext({ cwd: folder(), ...options, env });
  const exitCode = await main(args, fake.context);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

describe('sluice plan', () => {
  test('synthesizes, initializes, plans, reviews; what Terraform says goes to stderr', async () => {
    const { exitCode, stdout, stderr } = await sluice(['plan']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^Plan: 1 to create/);
    expect(stderr).toContain('terraform plans');
    expect(terraform.calls()).toEqual(['init', 'state', 'plan', 'show', 'show']);
    expect(existsSync(inFolder('cdktf.out/stacks/market-data/cdk.tf.json'))).toBe(true);
  });

  test('initializes once for one set of providers', async () => {
    await sluice(['plan']);
    await sluice(['plan']);
    expect(terraform.calls().filter((call) => call === 'init')).toHaveLength(1);
  });

  test('keeps the plan beside the state, readable to its owner only', async () => {
    await sluice(['plan']);
    for (const name of ['tfplan', 'tfplan.review.json'])
      expect(statSync(inFolder(`.sluice/market-data/${name}`)).mode & 0o077).toBe(0);
  });

  test.each(['here.tfplan', 'elsewhere/deeper.tfplan'])(
    'no moment at which others may read the plan: %s',
    async (out) => {
      const before = process.umask(0o022);
      try {
        await sluice(['plan', '--out', out]);
        expect(terraform.planFileMode() & 0o777).toBe(0o600);
        expect(process.umask()).toBe(0o022);
      } finally {
        process.umask(before);
      }
    },
  );

  test('is blocked with exit code 5, unless the rule is allowed by name', async () => {
    terraform.willPlan(harmful);
    expect((await sluice(['plan'])).exitCode).toBe(5);
    expect((await sluice(['plan', '--allow', 'file-system-deleted'])).exitCode).toBe(2);
  });

  test('a misspelt rule is an error before Terraform runs', async () => {
    const { exitCode, stderr } = await sluice(['plan', '--allow', 'file-system-delete']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('no rule is called file-system-delete');
    expect(terraform.calls()).toEqual([]);
  });

  test('what Terraform could not plan cannot be allowed, and is not among what can', async () => {
    const { exitCode, stderr } = await sluice(['plan', '--allow', 'plan-errored']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/plan-errored cannot be allowed.*\n {2}fix: mend what Terraform says/);
    expect((await sluice(['plan', '--allow', 'none'])).stderr).not.toContain('plan-errored');
    expect(terraform.calls()).toEqual([]);
  });

  test('a failure of Terraform is one of ours, and leaves no plan to apply', async () => {
    await sluice(['plan']);
    terraform.will('fail', 'plan');
    const { exitCode, stderr } = await sluice(['plan']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('as the test wants it');
    expect((await sluice(['apply'])).exitCode).toBe(5);
  });

  test('says what to install where the program is missing', async () => {
    // A PATH of folders that anybody may read: one that may not be would make it "not permitted".
    const env = { TERRAFORM_BINARY_NAME: 'no-such-terraform', PATH: '/usr/bin:/bin' };
    const { exitCode, stderr } = await sluice(['plan'], { env });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/no-such-terraform is not on PATH[\s\S]*TERRAFORM_BINARY_NAME=tofu/);
  });

  test('passes an interruption on, once, and waits for Terraform to end', async () => {
    terraform.will('hang', 'plan');
    const abort = new AbortController();
    const fake = fakeContext({
      cwd: folder(),
      signal: abort.signal,
      env: { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform.binary },
    });
    const running = main(['plan'], fake.context);
    const watched = fake.context.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('hanging')) abort.abort();
    });
    expect(await running).toBe(130);
    watched.removeAllListeners();
    expect(terraform.calls()).toEqual(['init', 'state', 'plan', 'SIGINT']);
    expect(fake.stderr()).not.toContain('error: interrupted');
  });
});

describe('sluice plan --from', () => {
  const from = (json: unknown) => writeFileSync(inFolder('plan.json'), JSON.stringify(json));

  test.each([
    [planJson([]), 0],
    [harmless, 2],
    [harmful, 5],
  ])('reviews any plan (%#)', async (json, exitCode) => {
    from(json);
    expect((await sluice(['plan', '--from', 'plan.json'])).exitCode).toBe(exitCode);
    expect(terraform.calls()).toEqual([]);
  });

  test('reads stdin', async () => {
    expect((await sluice(['plan', '--from', '-'], { stdin: JSON.stringify(harmful) })).exitCode).toBe(5);
  });

  test('has Terraform read a plan file', async () => {
    terraform.willPlan(harmful);
    writeFileSync(inFolder('some.tfplan'), 'PK\u0003\u0004');
    expect((await sluice(['plan', '--from', 'some.tfplan'])).exitCode).toBe(5);
    expect(terraform.calls()).toEqual(['show']);
  });

  test.each([
    ['nothing.json', undefined, /cannot read nothing\.json/],
    ['text.json', 'text', /neither a plan file nor JSON/],
    ['state.json', '{"format_version":"1.0","values":{}}', /a state or another document/],
  ])('refuses %s', async (name, content, message) => {
    if (content !== undefined) writeFileSync(inFolder(name), content);
    const { exitCode, stderr } = await sluice(['plan', '--from', name]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });

  test.each([
    ['markdown', /^### Plan review: blocked/],
    ['json', /^\{\n {2}"version": 1/],
    ['sarif', /"version": "2\.1\.0"/],
  ])('prints %s', async (format, content) => {
    from(harmful);
    expect((await sluice(['plan', '--from', 'plan.json', '--format', format])).stdout).toMatch(content);
  });

  test('takes prices from a file', async () => {
    from(planJson([create('aws_eip.a', {})]));
    writeFileSync(inFolder('prices.json'), '{"date":"2027-01-01","source":"our contract","publicIpv4PerHour":1}');
    const { stdout } = await sluice(['plan', '--from', 'plan.json', '--prices', 'prices.json']);
    expect(stdout).toContain('$730.00');
    expect(stdout).toContain('our contract');
    expect((await sluice(['plan', '--from', 'plan.json', '--prices', 'missing.json'])).exitCode).toBe(3);
  });

  test('is coloured on a terminal, and not where NO_COLOR is set', async () => {
    from(harmful);
    const escapes = new RegExp(String.fromCharCode(27));
    const print = async (options: FakeContextOptions) =>
      (await sluice(['plan', '--from', 'plan.json'], options)).stdout;
    expect(await print({ isTTY: true })).toMatch(escapes);
    expect(await print({ isTTY: true, env: { NO_COLOR: '1' } })).not.toMatch(escapes);
    expect(await print({})).not.toMatch(escapes);
  });
});

describe('sluice apply', () => {
  test("tells what Terraform does; with --json in Terraform's own words, on stdout alone", async () => {
    const built = outputsOf({ address: '203.0.113.9', username: 'ec2-user' });
    terraform.setOutputs(built);
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
    terraform.setOutputs({ ...built, egress_addresses: ['203.0.113.7', '203.0.113.8'] });
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
    terraform.will('hang', 'apply');
    const abort = new AbortController();
    const env = { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform.binary };
    const first = fakeContext({ cwd: folder(), signal: abort.signal, env });
    const running = main(['apply'], first.context);
    await until(() => first.stderr().includes('hanging'));
    rmSync(inFolder('hang-apply'));
    terraform.will('fail', 'apply');
    expect((await sluice(['apply'])).stderr).toContain('as the test wants it');
    abort.abort();
    expect(await running).toBe(130);
    expect(first.stderr()).not.toContain('as the test wants it');
    expect(first.stderr()).toMatch(/error: interrupted: .* stopped half way.*\n {2}fix: npx sluice plan .*\n$/);
    const logs = readdirSync(inFolder('.sluice/market-data')).filter((name) => name.startsWith('terraform-apply'));
    expect(logs).toEqual(['terraform-apply.log']);
    expect(readFileSync(inFolder('.sluice/market-data/terraform-apply.log'), 'utf8')).toBe('hanging\n');
  });

  const refusal = async () => {
    const { exitCode, stderr } = await sluice(['apply']);
    expect(exitCode).toBe(5);
    expect(terraform.calls()).not.toContain('apply');
    return stderr;
  };

  test('applies what was reviewed, once', async () => {
    await sluice(['plan']);
    expect((await sluice(['apply'])).exitCode).toBe(0);
    expect(terraform.calls().slice(-2)).toEqual(['apply', 'output']);
    expect((await sluice(['apply'])).stderr).toContain('no reviewed plan at .sluice/market-data/tfplan');
  });

  test('refuses what was blocked, and applies what was allowed', async () => {
    terraform.willPlan(harmful);
    await sluice(['plan']);
    expect(await refusal()).toContain('blocked by file-system-deleted');
    await sluice(['plan', '--allow', 'file-system-deleted']);
    expect((await sluice(['apply'])).exitCode).toBe(0);
  });

  test('refuses what Terraform could not plan, and does not advise to allow it', async () => {
    terraform.willPlan({ ...planJson([create('aws_vpc.v', {})]), errored: true });
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
    terraform.will('fail', 'apply');
    const { exitCode, stderr } = await sluice(['apply']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('as the test wants it');
    expect(stderr).not.toContain('network.availabilityZone');
  });

  test('a zone in which FSx makes no file system is told with its cure', async () => {
    await sluice(['plan']);
    const refusal = 'support Lustre file system creation in the following Availability Zones: us-east-1e';
    terraform.will('fail', 'apply', `creating: BadRequest: Amazon FSx does not currently ${refusal}`);
    const { exitCode, stderr } = await sluice(['apply']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/fix: set network\.availabilityZone to another zone.*; then npx sluice plan\n$/);
  });
});
