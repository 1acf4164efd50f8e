/** What `sluice plan` says where the state of what is built is another one, around a stand-in for Terraform. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { create, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { type FakeTerraform, fakeTerraform } from './fake-terraform';

const folder = useTemporaryFolder();
let terraform: FakeTerraform;

beforeEach(() => {
  writeFileSync(join(folder(), 'migration.yaml'), configText());
  terraform = fakeTerraform(folder());
  terraform.willPlan(planJson([create('aws_vpc.v', {})]));
});

async function plan() {
  const env = { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform.binary };
  const fake = fakeContext({ cwd: folder(), env });
  return { exitCode: await main(['plan'], fake.context), stderr: fake.stderr() };
}

test('of a migration that was built under another name it warns', async () => {
  const attributes = { data_repository_path: 's3://example-market-data/nasdaq' };
  const association = {
    mode: 'managed',
    type: 'aws_fsx_data_repository_association',
    name: 'a',
    instances: [{ attributes }],
  };
  mkdirSync(join(folder(), '.sluice/old'), { recursive: true });
  writeFileSync(join(folder(), '.sluice/old/terraform.tfstate'), JSON.stringify({ resources: [association] }));
  const { exitCode, stderr } = await plan();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^warning: \.sluice\/old has .*\n {2}fix: write name: old /m);
});

test('a state that is kept elsewhere from now on is to be taken along, not left behind', async () => {
  terraform.will('fail', 'init', 'Backend configuration changed: "init -migrate-state", or "init -reconfigure"');
  const { exitCode, stderr } = await plan();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /\n {2}fix: take the state along: \S+ -chdir=\S+market-data init -migrate-state; -reconfigure leaves it/,
  );
});

test('of any other failure to initialize, Terraform says what to do', async () => {
  terraform.will('fail', 'init');
  expect((await plan()).stderr).toMatch(/as the test wants it\n {2}fix: do what \S+ says above/);
});
