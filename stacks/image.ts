/**
 * Which AMI a host boots. The newest Amazon image comes from a public SSM parameter ("Calling AMI public parameters",
 * AWS Systems Manager user guide), read at plan time; a newer one never replaces a host that runs (host.ts).
 *
 * Amazon Linux 2 boots kernel 5.10, the line Amazon maintained to the end. Its newest kernels carry the Lustre 2.12
 * client (5.10.144-127.601 and later); for the 2.10 client's own kernels, name an older image by `host.image.amiId`.
 * The provisioner asks the running kernel (`modinfo`) and says so where client and kernel do not match.
 */
import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import type { Construct } from 'constructs';
import { type Architecture, architectureOf } from '../config/instance-type';
import type { Migration } from '../config/schema';

type HostSettings = Migration['host'];

const folder = '/aws/service/ami-amazon-linux-latest';

/** "Finding Ubuntu images with the AWS Systems Manager parameter store", Canonical. */
const ubuntu = (release: string, architecture: Architecture, volume: string) =>
  `/aws/service/canonical/ubuntu/server/${release}/stable/current/${architecture === 'x86_64' ? 'amd64' : 'arm64'}/hvm/ebs-${volume}/ami-id`;

/** Of publishers that keep such a parameter; the rules of the configuration ask for an image of any other. */
const newestImage: Readonly<Partial<Record<HostSettings['os'], (architecture: Architecture) => string>>> = {
  'amazon-linux-2': (architecture) => `${folder}/amzn2-ami-kernel-5.10-hvm-${architecture}-gp2`,
  'amazon-linux-2023': (architecture) => `${folder}/al2023-ami-kernel-6.1-${architecture}`,
  'ubuntu-22.04': (architecture) => ubuntu('22.04', architecture, 'gp2'),
  'ubuntu-24.04': (architecture) => ubuntu('24.04', architecture, 'gp3'),
};

/** What the config chose, as one word: a change of it replaces the host, a newer AMI behind it does not. */
export function imageChoice({ image, os, instanceType }: HostSettings): string {
  if (image !== 'latest') return 'amiId' in image ? image.amiId : image.ssmParameter;
  const architecture = architectureOf(instanceType);
  if (architecture === undefined) throw new Error(`${instanceType} is no instance type`);
  const newest = newestImage[os];
  if (newest === undefined) throw new Error(`${os} has no newest image: host.image names one`);
  return newest(architecture);
}

/** The AMI's id, or the reference that terraform resolves to it. */
export function amiOf(scope: Construct, settings: HostSettings): string {
  if (settings.image !== 'latest' && 'amiId' in settings.image) return settings.image.amiId;
  return new DataAwsSsmParameter(scope, 'image', { name: imageChoice(settings) }).insecureValue;
}
