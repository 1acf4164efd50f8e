import { host, network } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const instanceOf = (...lines: readonly string[]) => synthesize(migrationOf(host(...lines))).only('aws_instance');
const imageOf = (...lines: readonly string[]) =>
  synthesize(migrationOf(host(...lines))).data('aws_ssm_parameter').host_image?.name;

describe('the instance', () => {
  const instance = synthesize().only('aws_instance');

  test('answers IMDSv2 only, to itself only', () => {
    expect(instance.metadata_options).toEqual({
      http_endpoint: 'enabled',
      http_tokens: 'required',
      http_put_response_hop_limit: 1,
    });
  });

  test('has an encrypted root volume', () => {
    expect(instanceOf('rootVolumeGiB: 50').root_block_device).toMatchObject({
      encrypted: true,
      volume_type: 'gp3',
      volume_size: 50,
    });
  });

  test('is configured by the provisioner alone', () => {
    for (const attribute of ['user_data', 'user_data_base64', 'provisioner', 'connection'])
      expect(instance).not.toHaveProperty(attribute);
  });

  test('is not replaced for a newer image, but for another choice of one', () => {
    expect(instance.lifecycle).toEqual({
      ignore_changes: ['ami'],
      replace_triggered_by: ['terraform_data.host_image_choice'],
    });
    const choiceOf = (os: string) => synthesize(migrationOf(host(`os: ${os}`))).only('terraform_data').input.image;
    expect(choiceOf('amazon-linux-2')).not.toBe(choiceOf('amazon-linux-2023'));
  });

  test('lets the configured key in', () => {
    expect(synthesize().only('aws_key_pair').public_key).toMatch(/^ssh-ed25519 AAAA/);
    expect(instance.key_name).toBe('${aws_key_pair.host_key_pair.key_name}');
  });
});

describe('the image', () => {
  const folder = '/aws/service/ami-amazon-linux-latest';

  test.each([
    ['amazon-linux-2', 'c6in.xlarge', `${folder}/amzn2-ami-kernel-5.10-hvm-x86_64-gp2`],
    ['amazon-linux-2', 'c7gn.xlarge', `${folder}/amzn2-ami-kernel-5.10-hvm-arm64-gp2`],
    ['amazon-linux-2023', 'm7i.large', `${folder}/al2023-ami-kernel-6.1-x86_64`],
    ['amazon-linux-2023', 'im4gn.large', `${folder}/al2023-ami-kernel-6.1-arm64`],
  ])('of %s on %s is the newest one of Amazon', (os, instanceType, parameter) => {
    expect(imageOf(`os: ${os}`, `instanceType: ${instanceType}`)).toBe(parameter);
  });

  test.each([
    ['ubuntu-22.04', 'c6in.xlarge', '22.04/stable/current/amd64/hvm/ebs-gp2/ami-id'],
    ['ubuntu-24.04', 'c7gn.xlarge', '24.04/stable/current/arm64/hvm/ebs-gp3/ami-id'],
  ])('%s on %s is Canonical’s newest', (os, instanceType, parameter) => {
    expect(imageOf(`os: ${os}`, `instanceType: ${instanceType}`)).toBe(
      `/aws/service/canonical/ubuntu/server/${parameter}`,
    );
  });

  test.each([
    ['ubuntu-24.04', 'ubuntu'],
    ['rocky-9', 'rocky'],
    ['rhel-9', 'ec2-user'],
    ['amazon-linux-2023', 'ec2-user'],
  ])('%s is logged in to as %s', (os, username) => {
    const stack = synthesize(migrationOf(host(`os: ${os}`, 'image: { amiId: ami-0a1b2c3d4e5f60718 }')));
    expect(stack.output('hosts')[0].username).toBe(username);
  });

  test('may be one of your own', () => {
    expect(imageOf('image: { ssmParameter: /images/golden }')).toBe('/images/golden');
    const pinned = synthesize(migrationOf(host('image: { amiId: ami-0a1b2c3d4e5f60718 }')));
    expect(pinned.only('aws_instance').ami).toBe('ami-0a1b2c3d4e5f60718');
    expect(pinned.data('aws_ssm_parameter')).toEqual({});
  });
});

describe('the address', () => {
  const addressOf = (...sections: Parameters<typeof migrationOf>) => {
    const stack = synthesize(migrationOf(...sections));
    return { stack, address: stack.output('hosts')[0].address };
  };
  const existing = { network: 'network: { mode: existing, vpcId: vpc-0a1b2c3d, subnetId: subnet-0a1b2c3d }' };

  test('is an Elastic IP that outlives the instance', () => {
    const { stack, address } = addressOf();
    expect(address).toBe('${aws_eip.host_1_address.public_ip}');
    expect(stack.only('aws_eip')).not.toHaveProperty('instance');
    expect(stack.only('aws_eip_association').instance_id).toBe('${aws_instance.host_1.id}');
    expect(stack.only('aws_instance')).not.toHaveProperty('associate_public_ip_address');
  });

  test('is a public one of the instance where the network is ours and there is no Elastic IP', () => {
    const { stack, address } = addressOf({ ...host('elasticIp: false'), ...network('cidr: 10.1.0.0/16') });
    expect(address).toBe('${aws_instance.host_1.public_ip}');
    expect(stack.only('aws_instance').associate_public_ip_address).toBe(true);
    expect(stack.resources('aws_eip')).toEqual({});
  });

  test('is the private one in an existing network without an Elastic IP', () => {
    const { stack, address } = addressOf({ ...host('elasticIp: false'), ...existing });
    expect(address).toBe('${aws_instance.host_1.private_ip}');
    expect(stack.only('aws_instance')).not.toHaveProperty('associate_public_ip_address');
  });
});

describe('several hosts', () => {
  const stack = synthesize(migrationOf(host('count: 3')));

  test('are alike but for their names, and all handed over', () => {
    const instances = Object.values(stack.resources('aws_instance'));
    expect(new Set(instances.map(({ ami, instance_type: type }) => `${ami} ${type}`)).size).toBe(1);
    expect(instances.map(({ tags }) => tags.Name)).toEqual([1, 2, 3].map((n) => `sluice-market-data-host-${n}`));
    expect(stack.output('hosts').map(({ name }: { name: string }) => name)).toEqual(
      instances.map(({ tags }) => tags.Name),
    );
  });

  test('share key pair, image and role, and have an address each', () => {
    for (const type of ['aws_key_pair', 'aws_iam_instance_profile', 'terraform_data']) stack.only(type);
    expect(Object.keys(stack.data('aws_ssm_parameter'))).toHaveLength(1);
    expect(stack.output('egress_addresses')).toHaveLength(3);
    expect(Object.keys(stack.resources('aws_eip_association'))).toHaveLength(3);
  });

  test('one more changes none of the others', () => {
    const four = synthesize(migrationOf(host('count: 4')));
    expect(four.resources('aws_instance')).toMatchObject(stack.resources('aws_instance'));
  });
});

test('a spot host is replaced for another type, and for one on demand; a host on demand keeps its disk', () => {
  const choiceOf = (...settings: readonly string[]) =>
    JSON.stringify(synthesize(migrationOf(host(...settings))).only('terraform_data').input);
  const [small, large] = ['instanceType: c6in.large', 'instanceType: c6in.xlarge'];
  expect(choiceOf('purchase: spot', small)).not.toBe(choiceOf('purchase: spot', large));
  expect(choiceOf('purchase: spot', small)).not.toBe(choiceOf(small));
  expect(choiceOf(small)).toBe(choiceOf(large));
});

test('a host of a created network is replaced for an address of another kind, in one without public addresses it is not', () => {
  const choiceOf = (...settings: Parameters<typeof migrationOf>) =>
    JSON.stringify(synthesize(migrationOf(...settings)).only('terraform_data').input);
  const given = { network: 'network: { mode: existing, vpcId: vpc-0a1b2c3d, subnetId: subnet-0a1b2c3d }' };
  expect(choiceOf(host('elasticIp: false'))).not.toBe(choiceOf(host('elasticIp: true')));
  expect(choiceOf({ ...host('elasticIp: false'), ...given })).toBe(choiceOf({ ...host('elasticIp: true'), ...given }));
});

test('a spot host is stopped, not ended, when AWS wants it back', () => {
  expect(instanceOf('purchase: spot').instance_market_options).toEqual({
    market_type: 'spot',
    spot_options: { spot_instance_type: 'persistent', instance_interruption_behavior: 'stop' },
  });
  expect(instanceOf()).not.toHaveProperty('instance_market_options');
});
