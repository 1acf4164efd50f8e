/** A network and a bucket on the emulated AWS that a migration can use as they are: what a test then spoils in one place. */
import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeAddressesCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type Sections, validSections } from './config-text';

export const ec2In = (region = 'us-east-1') => new EC2Client({ region });
export const s3In = (region = 'us-east-1') => new S3Client({ region });

export interface ExistingNetwork {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly routeTableId: string;
  readonly internetGatewayId: string;
  readonly bucket: string;
  /** A configuration that uses them, with these lines of `network` and `host` besides. */
  sections(lines?: { readonly network?: string; readonly host?: string }): Sections;
}

let created = 0;

/** DNS on, a /24 in us-east-1a, a way to the internet, an S3 endpoint; a bucket that nobody else uses. */
export async function createExistingNetwork(): Promise<ExistingNetwork> {
  created += 1;
  const [ec2, s3] = [ec2In(), s3In()];
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const vpcId = Vpc!.VpcId!;
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: true } }));
  const subnet = new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.9.1.0/24', AvailabilityZone: 'us-east-1a' });
  const subnetId = (await ec2.send(subnet)).Subnet!.SubnetId!;
  const routeTableId = (await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }))).RouteTable!.RouteTableId!;
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId }));
  const gateway = (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway!.InternetGatewayId!;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: gateway, VpcId: vpcId }));
  await ec2.send(
    new CreateRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway }),
  );
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: vpcId,
      ServiceName: 'com.amazonaws.us-east-1.s3',
      RouteTableIds: [routeTableId],
    }),
  );
  const bucket = `existing-bucket-${created}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  ec2.destroy();
  s3.destroy();
  return {
    vpcId,
    subnetId,
    routeTableId,
    internetGatewayId: gateway,
    bucket,
    sections: ({ network = '', host = '' } = {}) => ({
      network: `network:\n  mode: existing\n  vpcId: ${vpcId}\n  subnetId: ${subnetId}\n  operatorCidrs: [203.0.113.7/32]${network}`,
      host: `${validSections.host}${host}`,
      fileSystem: `fileSystem:\n  associations:\n    - { path: /nasdaq, dataRepository: "s3://${bucket}/nasdaq" }`,
      buckets: `buckets:\n  - { name: ${bucket}, existing: true }`,
    }),
  };
}

/** All that the account has, whoever uses them. */
export async function releaseElasticIps(): Promise<void> {
  const ec2 = ec2In();
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
  for (const { AllocationId } of Addresses) await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  ec2.destroy();
}
