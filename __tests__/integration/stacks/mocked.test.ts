/** `terraform test` on the whole stack with a mocked provider: every expression evaluated, no endpoint at all. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { associations, configText, fileSystem, type Sections } from '../../helpers/config-text';
import { describeWith } from '../../helpers/needs';
import { runApp } from '../../helpers/synth-app';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { terraform, terraformNeeds } from '../../helpers/terraform';

const mocks = `
mock_provider "aws" {
  mock_data "aws_ssm_parameter" { defaults = { insecure_value = "ami-0123456789abcdef0" } }
  mock_data "aws_partition" { defaults = { partition = "aws" } }
  mock_data "aws_caller_identity" { defaults = { account_id = "111122223333" } }
  mock_data "aws_vpc" { defaults = { enable_dns_support = true, enable_dns_hostnames = true } }
  mock_data "aws_subnet" { defaults = { vpc_id = "vpc-0a1b2c3d" } }
  mock_data "aws_s3_bucket" { defaults = { region = "us-east-1" } }
  mock_resource "aws_fsx_lustre_file_system" { defaults = { id = "fs-0123456789abcdef0", mount_name = "abcdefgh" } }
  mock_resource "aws_cloudwatch_log_group" { defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/fsx/market-data" } }
  mock_resource "aws_s3_bucket" { defaults = { arn = "arn:aws:s3:::example-market-data" } }
}
`;

/** `terraform test` destroys what it applied. */
const disposable = 'preventDestroy: false';

const ownNetwork = {
  ...fileSystem(disposable),
  buckets: 'buckets: [{ name: example-market-data, versioning: true }]',
};

const existingNetwork = {
  ...fileSystem(disposable),
  network:
    'network: { mode: existing, vpcId: vpc-0a1b2c3d, subnetId: subnet-0a1b2c3d, operatorCidrs: [203.0.113.7/32] }',
  buckets: 'buckets: [{ name: example-market-data, existing: true }]',
};

const items = Array.from(
  { length: 8 },
  (_, n) => `{ path: /n${n}, dataRepository: s3://vendor-bucket-${n % 3}/n${n} }`,
);
const eightAssociations = { fileSystem: `${associations(...items).fileSystem}\n  ${disposable}` };

describeWith(terraformNeeds, 'the stack, mocked', () => {
  const folder = useTemporaryFolder();

  async function check(sections: Sections, runs: string): Promise<void> {
    writeFileSync(join(folder(), 'migration.yaml'), configText(sections));
    expect(runApp(folder())).toEqual({ exitCode: 0, stderr: '' });
    const stack = join(folder(), 'cdktf.out/stacks/market-data');
    mkdirSync(join(stack, 'tests'));
    writeFileSync(join(stack, 'tests/stack.tftest.hcl'), mocks + runs);
    const { run, dispose } = terraform();
    try {
      await run(stack, ['init', '-backend=false']);
      const { stdout } = await run(stack, ['test', '-no-color']);
      expect(stdout).toMatch(/Success! [1-9]\d* passed, 0 failed/);
    } finally {
      dispose();
    }
  }

  test('with a network of its own', () =>
    check(
      ownNetwork,
      `
run "apply" {
  assert {
    condition     = output.file_system.mount_name == "abcdefgh" && output.file_system.id == "fs-0123456789abcdef0"
    error_message = "the hand-over names another file system"
  }
  assert {
    condition     = output.associations[0].data_repository_path == "s3://example-market-data/nasdaq"
    error_message = "the association leads elsewhere"
  }
  assert {
    condition     = aws_instance.host_1.ami == "ami-0123456789abcdef0" && output.hosts[0].address == aws_eip.host_1_address.public_ip
    error_message = "the host is another one"
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.security_groups_lnet_in.referenced_security_group_id == aws_security_group.security_groups_lustre.id
    error_message = "Lustre is open to another group"
  }
  assert {
    condition     = can(regex("arn:aws:secretsmanager:us-east-1:111122223333:secret:market-data/sftp-key-", aws_iam_role_policy.instance_role_policy.policy))
    error_message = "the role reads another secret"
  }
}`,
    ));

  test('in a network that exists, with a bucket that exists', () =>
    check(
      existingNetwork,
      `
run "apply" {
  assert {
    condition     = aws_security_group.security_groups_host.vpc_id == data.aws_vpc.network_vpc.id
    error_message = "the groups are in another network"
  }
}
run "dns_off" {
  command = plan
  override_data {
    target = data.aws_vpc.network_vpc
    values = { enable_dns_support = true, enable_dns_hostnames = false }
  }
  expect_failures = [data.aws_vpc.network_vpc]
}
run "subnet_of_another" {
  command = plan
  override_data {
    target = data.aws_subnet.network_subnet
    values = { vpc_id = "vpc-99999999" }
  }
  expect_failures = [data.aws_subnet.network_subnet]
}
run "bucket_elsewhere" {
  command = plan
  override_data {
    target = data.aws_s3_bucket.bucket_example-market-data
    values = { region = "eu-west-1" }
  }
  expect_failures = [data.aws_s3_bucket.bucket_example-market-data]
}`,
    ));

  test('with eight associations over three buckets', () =>
    check(
      eightAssociations,
      `
run "apply" {
  assert {
    condition     = length(output.associations) == 8 && length(output.buckets) == 3
    error_message = "not all are handed over"
  }
}`,
    ));
});
