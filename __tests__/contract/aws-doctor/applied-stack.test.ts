/** `sluice doctor aws` of a stack that is applied, with faults planted one at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  type EC2Client,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateDataRepositoryAssociationCommand,
  CreateFileSystemCommand,
  DescribeDataRepositoryAssociationsCommand,
  DescribeFileSystemsCommand,
  FSxClient,
} from '@aws-sdk/client-fsx';
import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import { notify } from '../../helpers/bucket-notification';
import { source, validSections } from '../../helpers/config-text';
import type { ExistingNetwork } from '../../helpers/existing-network';
import { describeWith } from '../../helpers/needs';

describeWith([motoNeed], 'doctor aws: a stack that is applied', () => {
  const doctor = useAwsDoctor();
  const { ec2, s3, complaint } = doctor;

  async function applied(network: ExistingNetwork) {
    const groups = await Promise.all(['lustre', 'host'].map((group) => createGroup(ec2, network.vpcId, group)));
    const [lustre = '', host = ''] = groups;
    const ports = [
      [988, 988],
      [1018, 1023],
    ] as const;
    const within = ports.map(([FromPort, ToPort]) => ({
      IpProtocol: 'tcp',
      FromPort,
      ToPort,
      UserIdGroupPairs: [{ GroupId: lustre }],
    }));
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: lustre, IpPermissions: within }));
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: lustre, IpPermissions: within }));
    const source = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: host, IpPermissions: [source] }));
    return { lustre, host, within, source };
  }

  test('whose groups let everything needed through is right', async () => {
    await applied(doctor.network());
    expect(await doctor.complaints(doctor.network().sections())).toEqual([]);
  });

  test('whose Lustre rules outwards are gone', async () => {
    const { lustre, within } = await applied(doctor.network());
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: lustre, IpPermissions: [within[1]!] }));
    expect(await complaint('Lustre ports')).toMatchObject({
      status: 'problem',
      detail: `${lustre} does not let itself through: TCP 1018-1023 out`,
      cure: expect.stringContaining('npx sluice plan'),
    });
  });

  test('whose way to the source is closed', async () => {
    const { host, source } = await applied(doctor.network());
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: host, IpPermissions: [source] }));
    expect(await complaint('port of the source')).toMatchObject({
      status: 'problem',
      detail: `${host} lets no host out to TCP 22 of sftp.vendor.example`,
    });
  });

  test('whose source has an IPv6 address needs its own rule', async () => {
    const { host } = await applied(doctor.network());
    const sections = { ...doctor.network().sections(), ...source('host: "2001:db8::5"') };
    expect(await complaint('port of the source', sections)).toMatchObject({
      detail: `${host} lets no host out to TCP 22 of 2001:db8::5`,
    });
    const rule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, Ipv6Ranges: [{ CidrIpv6: '2001:db8::5/128' }] };
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: host, IpPermissions: [rule] }));
    expect(await doctor.complaints(sections)).toMatchObject([
      { check: 'route to the source', status: 'problem' },
      { check: 'network ACL', status: 'problem' },
    ]);
  });

  describe('with a file system', () => {
    const fsx = new FSxClient({ region: 'us-east-1' });
    afterAll(() => fsx.destroy());

    /** Of a migration of the test's own; with an association that imports, where it is asked for. */
    async function create(migration: string, { linked }: { linked: boolean }) {
      const { lustre } = await applied(doctor.network());
      const tags = { project: 'sluice', migration };
      const command = new CreateFileSystemCommand({
        FileSystemType: 'LUSTRE',
        StorageCapacity: 1200,
        SubnetIds: [doctor.network().subnetId],
        SecurityGroupIds: [lustre],
        LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 125 },
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      });
      const id = (await fsx.send(command)).FileSystem!.FileSystemId!;
      const sections = { ...doctor.network().sections(), name: `name: ${migration}` };
      doctor.writeState(migration, [{ type: 'aws_fsx_lustre_file_system', name: 'file_system', id }]);
      await settled(async () => (await fsx.send(new DescribeFileSystemsCommand({}))).FileSystems);
      if (!linked) return { id, sections };
      await fsx.send(
        new CreateDataRepositoryAssociationCommand({
          FileSystemId: id,
          FileSystemPath: '/nasdaq',
          DataRepositoryPath: `s3://${doctor.network().bucket}/nasdaq`,
          S3: { AutoImportPolicy: { Events: ['NEW'] } },
        }),
      );
      await settled(async () => (await fsx.send(new DescribeDataRepositoryAssociationsCommand({}))).Associations);
      return { id, sections };
    }

    test('whose association is gone', async () => {
      const { id, sections } = await create('orphaned', { linked: false });
      expect(await complaint('association /nasdaq', sections)).toMatchObject({
        status: 'problem',
        detail: `${id} has none for /nasdaq`,
        cure: 'npx sluice plan and apply create it',
      });
      const { stdout } = await doctor.run(sections, '-c', './migration.yaml');
      expect(stdout).toContain('cure: npx sluice plan -c ./migration.yaml and apply create it\n');
    });

    test('whose subnet has its zone is not asked to name one', async () => {
      const { sections } = await create('zoned', { linked: false });
      expect(await complaint('instance type', { ...sections, network: validSections.network })).toBeUndefined();
    });

    test('whose association is available, with its notification on the bucket, is right', async () => {
      const { sections } = await create('linked', { linked: true });
      expect(await doctor.complaints(sections)).toEqual([]);
    });

    test('whose state is lost, or is of another file system: an apply would build a second one', async () => {
      const { id, sections } = await create('forgotten', { linked: true });
      const second = {
        check: 'file system in the state',
        status: 'problem',
        detail: `${id} is of this migration, and the state does not have it: an apply builds a second one beside it, and both cost`,
        cure: expect.stringContaining('terraform.tfstate.backup'),
      };
      doctor.writeState('forgotten', []);
      expect(await doctor.complaints(sections)).toEqual([second]);
      doctor.writeState('forgotten', '');
      expect(await doctor.complaints(sections)).toEqual([
        {
          check: 'state',
          status: 'problem',
          detail:
            '.sluice/forgotten/terraform.tfstate is empty: Terraform takes it for none, and plans everything anew',
          cure: expect.stringContaining('terraform.tfstate.backup'),
        },
        second,
      ]);
      doctor.writeState('forgotten', [{ type: 'aws_fsx_lustre_file_system', name: 'file_system', id: 'fs-0gone' }]);
      expect(await doctor.complaints(sections)).toMatchObject([
        {
          check: 'file system in the state',
          detail: 'fs-0gone is in the state, and your account has none such in us-east-1: an apply builds another one',
          cure: expect.stringContaining('get-caller-identity'),
        },
      ]);
    });

    test('of which an apply did not see something to its end', async () => {
      const { id, sections } = await create('half', { linked: true });
      const built = { type: 'aws_fsx_lustre_file_system', name: 'file_system', id };
      const address = { type: 'aws_fsx_data_repository_association', name: 'associations_nasdaq', id: 'dra-1' };
      doctor.writeState('half', [built, { ...address, status: 'tainted' }]);
      expect(await doctor.complaints(sections)).toEqual([
        {
          check: 'tainted resources',
          status: 'problem',
          detail: expect.stringMatching(/: aws_fsx_data_repository_association\.associations_nasdaq$/),
          cure: expect.stringMatching(/stacks\/half untaint aws_fsx_data_repository_association\.associations_nasdaq$/),
        },
      ]);
    });

    test('whose notification somebody overwrote: the association says so, and the bucket says why', async () => {
      const { sections } = await create('overwritten', { linked: true });
      await notify(s3, doctor.network().bucket, { id: 'loader', prefix: 'elsewhere/' });
      expect(await doctor.complaints(sections)).toEqual([
        expect.objectContaining({
          check: 'association /nasdaq',
          detail: expect.stringMatching(/is MISCONFIGURED: .*nothing is imported or exported/),
          cure: expect.stringContaining('aws fsx update-data-repository-association'),
        }),
        expect.objectContaining({
          check: `s3://${doctor.network().bucket} notifications`,
          detail: expect.stringContaining('the one named FSx is gone'),
        }),
      ]);
    });

    test('whose bucket somebody deleted: its name is not simply free', async () => {
      const { sections } = await create('emptied', { linked: true });
      const { bucket } = doctor.network();
      await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
      const made = { ...sections, buckets: `buckets: [{ name: ${bucket}, existing: false }]` };
      expect(await doctor.complaints(made)).toEqual([
        expect.objectContaining({ check: 'association /nasdaq', detail: expect.stringContaining('MISCONFIGURED') }),
        {
          check: `s3://${bucket}`,
          status: 'problem',
          detail: expect.stringMatching(/^it is gone, and dra-\w+ is linked to it: nothing is exported/),
          cure: expect.stringMatching(
            /--allow data-store-gone.*update-data-repository-association --association-id dra-/,
          ),
        },
      ]);
    });
  });
});

/** Until nothing is being created any more. */
async function settled(look: () => Promise<readonly { Lifecycle?: string | undefined }[] | undefined>): Promise<void> {
  while ((await look())?.some(({ Lifecycle }) => Lifecycle === 'CREATING')) await sleep(20);
}

async function createGroup(ec2: EC2Client, vpcId: string, group: string): Promise<string> {
  const name = `sluice-market-data-${group}`;
  const command = new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId });
  const id = (await ec2.send(command)).GroupId!;
  const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: [all] }));
  return id;
}
