/** The whole way with real Terraform: plan, review, apply, and what becomes of changes to a file system that holds data. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import type { Review } from '../../../scripts/plan-review/review';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../../helpers/aws-local';
import { configText, validSections } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { describeWith } from '../../helpers/needs';
import { terraform as realTerraform, type Terraform, terraformNeeds } from '../../helpers/terraform';

const abroad = `
    - { path: /abroad, dataRepository: s3://example-abroad, autoImport: [] }`;

/** As it is applied; `settings` of the file system, `network` lines. */
function config({ settings = '', network = '', association = abroad } = {}): string {
  return configText({
    fileSystem: `${validSections.fileSystem}${association}\n  preventDestroy: false${settings}`,
    buckets:
      association === '' ? 'buckets: []' : 'buckets: [{ name: example-abroad, region: eu-west-1, kmsKey: create }]',
    network: `${validSections.network}${network}`,
  });
}

describeWith([...terraformNeeds, motoNeed], 'plan and apply with Terraform', () => {
  let folder: string;
  let aws: EmulatedAws;
  let terraform: Terraform;
  /** OpenTofu's name, and Terraform behind it: every command of ours has to call what TERRAFORM_BINARY_NAME names. */
  const calls = () => join(folder, 'calls');
  const tofu = () => join(folder, 'bin/tofu');
  const stack = () => join(folder, 'cdktf.out/stacks/market-data');
  /** The first plan, and what Terraform said of its apply. */
  let first: { readonly exitCode: number; readonly review: Review; readonly stderr: string };

  /** Without a refresh, which costs seconds and finds nothing: nobody else changes the emulated AWS. */
  const unrefreshed = { TF_CLI_ARGS_plan: '-refresh=false' };

  async function sluice(args: readonly string[], settings: Readonly<Record<string, string>> = unrefreshed) {
    const env = { ...terraform.env, HOME: folder, TERRAFORM_BINARY_NAME: tofu(), ...settings };
    const fake = fakeContext({ cwd: folder, env });
    const exitCode = await main(args, fake.context);
    return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
  }

  async function planOf(text: string, ...args: readonly string[]) {
    writeFileSync(join(folder, 'migration.yaml'), text);
    const { exitCode, stdout, stderr } = await sluice(['plan', '--format', 'json', ...args]);
    if (stdout === '') throw new Error(`no review, exit code ${exitCode}:\n${stderr}`);
    return { exitCode, stderr, review: JSON.parse(stdout) as Review };
  }

  /** Where the subnet is, which the emulated EC2 chose, and where it is not. */
  async function zones(): Promise<{ readonly zone: string; readonly other: string }> {
    // `show` would start the provider for it.
    const state = JSON.parse((await terraform.run(stack(), ['state', 'pull'])).stdout);
    const subnet = state.resources.find(({ type }: { type: string }) => type === 'aws_subnet');
    const { availability_zone: zone } = subnet.instances[0].attributes;
    return { zone, other: zone === 'us-east-1a' ? 'us-east-1b' : 'us-east-1a' };
  }

  const blocked = ({ findings }: Review) => findings.filter(({ severity }) => severity === 'blocked');

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-plan-')));
    aws = await startEmulatedAws();
    terraform = realTerraform(aws.env);
    mkdirSync(join(folder, 'bin'));
    writeFileSync(tofu(), `#!/bin/sh\necho "$1" >>${calls()}\nexec terraform "$@"\n`, { mode: 0o755 });
    const { exitCode, review } = await planOf(config());
    const applied = await sluice(['apply']);
    if (applied.exitCode !== 0) throw new Error(applied.stderr);
    first = { exitCode, review, stderr: applied.stderr };
  });

  afterAll(async () => {
    terraform?.dispose();
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the first apply is what was reviewed, with nothing blocked; then there is nothing to do', async () => {
    expect(first.exitCode).toBe(2);
    expect(blocked(first.review)).toEqual([]);
    expect(first.stderr).toMatch(/^created aws_fsx_lustre_file_system.file_system \d+\.\ds$/m);
    expect(first.stderr).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/);
    writeFileSync(join(folder, 'migration.yaml'), config());
    const again = await sluice(['plan', '--format', 'json'], {});
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ summary: { verdict: 'clean' }, findings: [] });
  });

  test('the stack was planned and applied by whom TERRAFORM_BINARY_NAME names, from the first call on', () => {
    expect(readFileSync(calls(), 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['init', 'plan', 'show', 'state', 'apply']),
    );
  });

  test('more throughput is a change in place that costs money and no data', async () => {
    const { exitCode, review } = await planOf(config({ settings: '\n  throughputMBpsPerTiB: 250' }));
    expect(exitCode).toBe(2);
    expect(review.operations.all).toEqual([
      expect.objectContaining({ address: 'aws_fsx_lustre_file_system.file_system', action: 'update' }),
    ]);
    expect(blocked(review)).toEqual([]);
    expect(review.cost.after - review.cost.before).toBeCloseTo(1200 * (0.21 - 0.145));
  });

  test('an association with a bucket in another region is dropped: the bucket and its key leave the state, and stay', async () => {
    const { exitCode, review, stderr } = await planOf(config({ association: '' }), '--allow', 'association-deleted');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.not.stringContaining('Error') });
    expect(blocked(review).map(({ rule }) => rule)).toEqual(['association-deleted']);
    expect(review.summary.actions).toMatchObject({ delete: 1, forget: 7, replace: 0 });
    const forgotten = review.findings.filter(({ rule }) => rule === 'forgotten').map(({ address }) => address);
    expect(forgotten).toEqual(
      expect.arrayContaining(['aws_s3_bucket.bucket_example-abroad', 'aws_kms_key.bucket_example-abroad_key']),
    );
  });

  test("another zone replaces the file system, and the review says by which way; it can't be applied", async () => {
    const { zone, other } = await zones();
    const { exitCode, review } = await planOf(config({ network: `\n  availabilityZone: ${other}` }));
    expect(exitCode).toBe(5);
    expect(blocked(review)).toEqual([
      expect.objectContaining({ rule: 'file-system-replaced', address: 'aws_fsx_lustre_file_system.file_system' }),
    ]);
    expect(blocked(review)[0]?.chains).toEqual([
      [
        `the subnet's availability_zone changes ("${zone}" -> "${other}")`,
        'the subnet is replaced',
        'the file system is replaced: all data on it is lost',
      ],
    ]);
    expect(await sluice(['apply'])).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('blocked by file-system-replaced'),
    });
  });

  test('prevent_destroy stops Terraform, and the review still says why', async () => {
    const { other } = await zones();
    const protectedConfig = config({ network: `\n  availabilityZone: ${other}` }).replace(
      'preventDestroy: false',
      'preventDestroy: true',
    );
    const { exitCode, review, stderr } = await planOf(protectedConfig, '--allow', 'file-system-replaced');
    expect(exitCode).toBe(5);
    expect(stderr).toContain('Instance cannot be destroyed');
    expect(blocked(review).map(({ rule, allowed }) => ({ rule, allowed }))).toEqual([
      { rule: 'plan-errored', allowed: false },
      { rule: 'file-system-replaced', allowed: true },
    ]);
  });

  test("a plan of Terraform's own: the security group's description loses the data", async () => {
    // Whatever the test before has synthesized.
    writeFileSync(join(folder, 'migration.yaml'), config());
    await sluice(['synth']);
    const copy = join(folder, 'cdktf.out/stacks/changed');
    cpSync(stack(), copy, { recursive: true, verbatimSymlinks: true });
    const text = readFileSync(join(copy, 'cdk.tf.json'), 'utf8');
    const { description } = JSON.parse(text).resource.aws_security_group.security_groups_lustre;
    writeFileSync(join(copy, 'cdk.tf.json'), text.replace(JSON.stringify(description), '"Lustre"'));
    await terraform.run(copy, ['plan', '-input=false', '-refresh=false', '-out=tfplan']);
    const { exitCode, stdout } = await sluice(['plan', '--format', 'json', '--from', join(copy, 'tfplan')]);
    expect(exitCode).toBe(5);
    const [finding] = blocked(JSON.parse(stdout) as Review);
    expect(finding?.rule).toBe('file-system-replaced');
    expect(finding?.chains?.[0]).toEqual([
      expect.stringMatching(/^the security group aws_security_group\.security_groups_lustre's description changes/),
      'the security group aws_security_group.security_groups_lustre is replaced',
      'the file system is replaced: all data on it is lost',
    ]);
  });

  test('a configuration that moved since is refused, and so is a state', async () => {
    const reviewed = config({ settings: '\n  dataCompression: LZ4' });
    await planOf(reviewed);
    writeFileSync(join(folder, 'migration.yaml'), config());
    expect(await sluice(['apply'])).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('the configuration changed'),
    });
    writeFileSync(join(folder, 'migration.yaml'), reviewed);
    await terraform.run(stack(), ['taint', 'aws_eip.host_1_address']);
    await terraform.run(stack(), ['untaint', 'aws_eip.host_1_address']);
    expect(await sluice(['apply'])).toMatchObject({
      exitCode: 5,
      stderr: expect.stringMatching(/state moved from serial/),
    });
  });
});
