/** `sluice destroy` as people run it, around a stand-in for Terraform; __tests__/integration/stacks/apply.test.ts does with the real one. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { FSxClient } from '@aws-sdk/client-fsx';
import { sealProof } from '../../../scripts/export-proof/proof';
import { configText } from '../../helpers/config-text';
import { proofClaims } from '../../helpers/proof-claims';
import { until } from '../../helpers/until';
import { create, destroy, lustre, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { destroyable, useStandInCommands } from './stand-in-commands';

const built = (type: string, name: string, attributes: object) => ({
  mode: 'managed',
  type,
  name,
  instances: [{ attributes }],
});
const everything = {
  serial: 4,
  lineage: 'l',
  resources: [
    built('aws_fsx_lustre_file_system', 'file_system', { id: 'fs-1' }),
    built('aws_s3_bucket', 'bucket_example-market-data', { bucket: 'example-market-data' }),
  ],
};

const { inFolder, terraform, sluice } = useStandInCommands({
  config: destroyable,
  plan: planJson([destroy('aws_fsx_lustre_file_system.file_system', lustre)]),
});

beforeEach(() => terraform().setState(everything));

/** @param typed On a terminal, where it is given. */
const sluiceDestroy = (args: readonly string[] = [], typed?: string) =>
  sluice(['destroy', ...args], typed === undefined ? {} : { isTTY: true, stdin: typed });

test('is refused while the file system is protected, before Terraform runs', async () => {
  writeFileSync(inFolder('migration.yaml'), configText());
  const { exitCode, stderr } = await sluiceDestroy(['--abandon-unexported', '--yes']);
  expect(exitCode).toBe(5);
  expect(stderr).toMatch(/preventDestroy is true in migration\.yaml\n {2}fix: .*preventDestroy: false/);
  expect(terraform().calls()).toEqual([]);
});

test('is refused without a proof, before anything is planned', async () => {
  const { exitCode, stderr } = await sluiceDestroy(['--yes']);
  expect(exitCode).toBe(5);
  expect(stderr).toContain('nothing proves that fs-1 is exported: there is no .sluice/market-data/proof.json');
  expect(terraform().calls()).toEqual(['init', 'state']);
});

test('interrupted half way, it says that the same command goes on: a plan would build everything anew', async () => {
  terraform().will('hang', 'apply');
  const abort = new AbortController();
  const running = sluice(['destroy', '--abandon-unexported', '--yes'], { signal: abort.signal });
  await until(() => terraform().calls().includes('apply'));
  abort.abort();
  expect(await running).toMatchObject({
    exitCode: 130,
    stderr: expect.stringMatching(
      /error: interrupted: .* stopped half way.*\n {2}fix: npx sluice destroy goes on with .*\n$/,
    ),
  });
});

test('has nothing to do where nothing is built', async () => {
  terraform().setState({ serial: 5, lineage: 'l' });
  expect(await sluiceDestroy()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing is built') });
  expect(terraform().calls()).toEqual(['init', 'state']);
});

test('reviews, and applies the plan that it reviewed, from a folder of its own; the bucket is kept', async () => {
  const { exitCode, stdout, stderr } = await sluiceDestroy(['--abandon-unexported', '--yes']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Plan: 1 to delete[\s\S]*ALLOWED file-system-deleted/);
  expect(stderr).toContain('destroyed everything but s3://example-market-data: kept, with every object');
  expect(terraform().calls()).toEqual(['init', 'state', 'plan', 'show', 'show', 'apply']);
  expect(JSON.parse(readFileSync(inFolder('cdktf.out/teardown/market-data/cdk.tf.json'), 'utf8'))).toMatchObject({
    removed: [{ from: 'aws_s3_bucket.bucket_example-market-data' }],
  });
  expect(existsSync(inFolder('.sluice/market-data/destroy.tfplan'))).toBe(false);
});

test("lets the file system's own key go, and blocks at any other that was added to the stack", async () => {
  const gone = [destroy('aws_fsx_lustre_file_system.file_system', lustre), destroy('aws_kms_key.file_system_key')];
  const args = ['--abandon-unexported', '--yes'];
  terraform().willPlan(planJson([...gone, destroy('aws_kms_key.added')]));
  const blocked = await sluiceDestroy(args);
  expect(blocked.exitCode).toBe(5);
  expect(blocked.stdout).toMatch(/BLOCKED kms-key-deleted aws_kms_key\.added/);
  expect(terraform().calls()).not.toContain('apply');
  expect((await sluiceDestroy([...args, '--allow', 'kms-key-deleted'])).exitCode).toBe(0);
  terraform().willPlan(planJson(gone));
  expect((await sluiceDestroy(args)).exitCode).toBe(0);
});

test('asks on a terminal for the name of the migration', async () => {
  const wrong = await sluiceDestroy(['--abandon-unexported'], 'yes\n');
  expect(wrong).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/type market-data to go on: .*yes\s+nothing was destroyed/),
  });
  expect(terraform().calls()).not.toContain('apply');
  expect(await sluiceDestroy(['--abandon-unexported'], 'market-data\n')).toMatchObject({ exitCode: 0 });
  expect(terraform().calls()).toContain('apply');
});

test.each([
  ['Ctrl-D', '\u0004', 2, /to go on: .*\nnothing was destroyed\n$/],
  ['Ctrl-C', '\u0003', 130, /to go on: .*\nnothing was destroyed\nerror: interrupted\n$/],
])('%s is no answer: nothing is destroyed, and that is said', async (_key, typed, exitCode, told) => {
  const ended = await sluiceDestroy(['--abandon-unexported'], typed);
  expect(ended).toMatchObject({ exitCode, stderr: expect.stringMatching(told) });
  expect(terraform().calls()).not.toContain('apply');
});

test('what is written while the question waits for its answer stands against the proof', async () => {
  const proof = { ...proofClaims, migration: 'market-data', createdAt: '2026-06-01T09:00:00.000Z' };
  writeFileSync(
    inFolder('proof.json'),
    JSON.stringify(sealProof({ ...proof, fileSystem: { ...proofClaims.fileSystem, id: 'fs-1' } })),
  );
  const shown = jest
    .spyOn(FSxClient.prototype, 'send')
    .mockImplementation(async () => ({ FileSystems: [{ FileSystemId: 'fs-1' }] }));
  const written = [0, 4096];
  const asked = jest
    .spyOn(CloudWatchClient.prototype, 'send')
    .mockImplementation(async ({ input }: { input: object }) =>
      'MetricName' in input && input.MetricName === 'DataWriteBytes'
        ? { Datapoints: [{ Sum: written.shift() ?? 0 }] }
        : { Datapoints: [] },
    );
  try {
    const late = await sluiceDestroy(['--proof', 'proof.json'], 'market-data\n');
    expect(late).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('4.0 KiB were written since') });
    expect(terraform().calls()).not.toContain('apply');
    const quiet = await sluiceDestroy(['--proof', 'proof.json'], 'market-data\n');
    expect(quiet.exitCode).toBe(0);
    expect(quiet.stderr.match(/fs-1 is exported/g)).toHaveLength(1);
    expect(asked).toHaveBeenCalledTimes(7);
  } finally {
    asked.mockRestore();
    shown.mockRestore();
  }
});

const arn = 'arn:aws:fsx:eu-west-1:111122223333:file-system/fs-1';

test('is refused in another region than what is built, before anything is planned', async () => {
  terraform().setState({ ...everything, resources: [built('aws_fsx_lustre_file_system', 'file_system', { arn })] });
  const { exitCode, stderr } = await sluiceDestroy(['--abandon-unexported', '--yes']);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`region is us-east-1 in the configuration, and ${arn} is in eu-west-1`);
  expect(terraform().calls()).toEqual(['init', 'state']);
});

test('where Terraform refuses the account of the credentials, it is said which one the stack is of', async () => {
  const here = arn.replace('eu-west-1', 'us-east-1');
  const resources = [built('aws_fsx_lustre_file_system', 'file_system', { arn: here })];
  terraform().setState({ ...everything, resources });
  terraform().willPlan(planJson([], { document: { errored: true, complete: false } }));
  const { exitCode, stderr } = await sluiceDestroy(['--abandon-unexported', '--yes']);
  expect(exitCode).toBe(5);
  expect(stderr).toContain(
    'what is built is of the account 111122223333; where Terraform names another, set AWS_PROFILE',
  );
  expect(JSON.parse(readFileSync(inFolder('cdktf.out/teardown/market-data/cdk.tf.json'), 'utf8'))).toMatchObject({
    provider: { aws: [{ allowed_account_ids: ['111122223333'] }] },
  });
});

test('a file system that was not found is dropped from the state only where that is allowed, and it is said', async () => {
  const resource_drift = [destroy('aws_fsx_lustre_file_system.file_system', { ...lustre, arn })];
  terraform().willPlan(planJson([], { document: { resource_drift, applyable: true } }));
  const args = ['--abandon-unexported', '--yes'];
  expect(await sluiceDestroy(args)).toMatchObject({ exitCode: 5, stdout: expect.stringContaining('data-store-gone') });
  expect(terraform().calls()).not.toContain('apply');
  expect(await sluiceDestroy([...args, '--allow', 'data-store-gone'])).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/aws_fsx_lustre_file_system\.file_system: not found, so only taken out of the state/),
  });
});

test('a plan of a part of the stack destroys nothing', async () => {
  terraform().willPlan(planJson([], { document: { complete: false, applyable: false } }));
  expect(await sluiceDestroy(['--abandon-unexported', '--yes'])).toMatchObject({
    exitCode: 5,
    stderr: expect.stringMatching(/part of the stack only; nothing was destroyed\n {2}fix: .*TF_CLI_ARGS_plan/),
  });
  expect(terraform().calls()).not.toContain('apply');
});

test('destroys nothing where there is nobody to ask', async () => {
  const { exitCode, stderr } = await sluiceDestroy(['--abandon-unexported']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('no terminal to ask on, and no --yes');
  expect(terraform().calls()).not.toContain('apply');
});

test('what a review blocks is not applied, unless the rule is allowed by name', async () => {
  const widened = { ingress: [{ from_port: 22, to_port: 22, protocol: 'tcp', cidr_blocks: ['0.0.0.0/0'] }] };
  terraform().willPlan(planJson([create('aws_security_group.g', widened)]));
  const args = ['--abandon-unexported', '--yes'];
  expect(await sluiceDestroy(args)).toMatchObject({ exitCode: 5, stdout: expect.stringContaining('public-ingress') });
  expect(terraform().calls()).not.toContain('apply');
  expect(await sluiceDestroy([...args, '--allow', 'public-ingress'])).toMatchObject({ exitCode: 0 });
});

test('with --json stdout has the review and what Terraform does, an object a line', async () => {
  const { stdout } = await sluiceDestroy(['--abandon-unexported', '--yes', '--json']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).type)).toEqual(['review', 'change_summary']);
});
