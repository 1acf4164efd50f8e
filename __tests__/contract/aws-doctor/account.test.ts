import { AllocateAddressCommand, CreateVpcCommand } from '@aws-sdk/client-ec2';
import { useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import { host, validSections } from '../../helpers/config-text';
import { describeWith } from '../../helpers/needs';

describeWith([motoNeed], 'doctor aws: the account', () => {
  const doctor = useAwsDoctor();
  const { ec2, complaint } = doctor;

  describe('hosts', () => {
    test('of a type that the zone does not have', async () => {
      const sections = doctor.network().sections({ host: '\n  instanceType: p2.xlarge' });
      expect(await complaint('instance type', sections)).toMatchObject({
        status: 'problem',
        detail: expect.stringMatching(/p2\.xlarge is not offered in us-east-1/),
        cure: expect.stringContaining('host.instanceType'),
      });
    });

    test('of a type that some zone does not have, where EC2 picks the zone', async () => {
      const { network } = validSections;
      expect(await complaint('instance type', { network })).toMatchObject({
        status: 'problem',
        detail: expect.stringMatching(/^c6in\.xlarge is not offered in us-east-1e, and EC2 picks any zone/),
        cure: 'set network.availabilityZone: us-east-1a',
      });
      const named = { network: `${network}\n  availabilityZone: us-east-1a` };
      expect(await complaint('instance type', named)).toBeUndefined();
      const everywhere = { network, ...host('instanceType: t2.micro') };
      expect(await complaint('instance type', everywhere)).toBeUndefined();
    });

    test('of an image that is not there', async () => {
      const sections = doctor.network().sections({ host: '\n  image: { amiId: ami-0123456789abcdef0 }' });
      expect(await complaint('image', sections)).toMatchObject({
        status: 'problem',
        detail: expect.stringContaining('ami-0123456789abcdef0'),
      });
    });

    test('of an image that a parameter names', async () => {
      const named = (name: string, more = '') =>
        complaint('image', doctor.network().sections({ host: `\n  image: { ssmParameter: ${name} }${more}` }));
      expect(await named('/none/such')).toMatchObject({
        status: 'problem',
        detail: expect.stringMatching(
          /^the parameter \/none\/such cannot be read in us-east-1: ssm: ParameterNotFound/,
        ),
        cure: expect.stringContaining('host.image.ssmParameter'),
      });
      const newest = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
      expect(await named(newest)).toBeUndefined();
      expect(await named(newest, '\n  instanceType: c7gn.xlarge')).toMatchObject({
        detail: expect.stringMatching(/^ami-\w+ is x86_64; c7gn\.xlarge boots arm64 only$/),
      });
    });

    test('more than the account has Elastic IPs for', async () => {
      const sections = doctor.network().sections({ host: '\n  count: 5' });
      await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
      expect(await complaint('Elastic IPs', sections)).toMatchObject({
        status: 'problem',
        detail: expect.stringMatching(/^1 of 5 in use, and 5 needed$/),
        cure: expect.stringContaining('L-0263D0A3'),
      });
    });
  });

  describe('quotas and regions', () => {
    test('a sixth VPC', async () => {
      for (let count = 0; count < 5; count += 1) await ec2.send(new CreateVpcCommand({ CidrBlock: '10.7.0.0/16' }));
      expect(await complaint('VPC quota', { network: validSections.network })).toMatchObject({
        status: 'unknown',
        detail: expect.stringContaining('default quota is 5'),
        cure: expect.stringContaining('network.mode: existing'),
      });
    });

    test('more storage than the default quota', async () => {
      const sections = doctor.network().sections();
      const larger = { ...sections, fileSystem: `${sections.fileSystem}\n  storageCapacityGiB: 103200` };
      expect(await complaint('FSx quota', larger)).toMatchObject({
        status: 'unknown',
        detail: expect.stringContaining('default quota is 100,800 GiB'),
      });
    });

    test('a region that is not enabled: the only finding, since nothing else can be asked there', async () => {
      const sections = { region: 'region: ap-east-1' };
      expect(await doctor.complaints(sections)).toEqual([
        expect.objectContaining({ check: 'region', cure: expect.stringContaining('enable-region') }),
      ]);
    });
  });

  test.each([
    ['AWS that cannot be reached', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 4, /AWS cannot be reached.*\n {2}fix: /],
    [
      'no credentials',
      { AWS_ACCESS_KEY_ID: '', AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' },
      3,
      /does not know who asks.*\n {2}fix: log in/,
    ],
  ])('nobody to ask: %s', async (_, env, code, stderr) => {
    const outcome = await doctor.runProgram(doctor.network().sections(), { ...env, AWS_EC2_METADATA_DISABLED: 'true' });
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });
});
