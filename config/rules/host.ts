/** `host`: instance type and image. */
import { architectureOf } from '../instance-type';
import { show } from '../secrecy';
import { field, type Rule } from './rule';

const instanceType = field('instance-type', 'host.instanceType', (value) => {
  if (value.startsWith('mac')) {
    return { message: `${show(value)} runs macOS only`, fix: 'use a Linux type such as c6in.xlarge' };
  }
  if (architectureOf(value) !== undefined) return undefined;
  return { message: `${show(value)} is not an instance type`, fix: 'write family.size, such as c6in.xlarge' };
});

/** Systems Manager API, GetParameter: a name or an ARN (of a public one without an account), and a version or a label behind a colon. */
const parameter = /^(?:(?:arn:aws[a-z-]*:ssm:[a-z0-9-]+:(?:\d{12})?:parameter)?(?:\/[\w.-]+)+|[\w.-]+)(?::[\w.-]+)?$/;

const image = field('image', 'host.image', (value, { host: { os } }) => {
  if (value === 'latest') {
    if (!/^(?:rhel|rocky)-/.test(os)) return undefined;
    return {
      message: `there is no public parameter that names the newest image of ${os}`,
      fix: 'name one of your region: image: { amiId: ami-... }',
    };
  }
  if ('amiId' in value) {
    if (/^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(value.amiId)) return undefined;
    return { message: `${show(value.amiId)} is not an AMI id`, fix: 'write ami-, then 17 hexadecimal digits' };
  }
  if (parameter.test(value.ssmParameter)) return undefined;
  return {
    message: `${show(value.ssmParameter)} is not the name or ARN of an SSM parameter`,
    fix: 'write one such as /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  };
});

/** EC2 user guide, "Elastic IP address quota": a service quota that can be raised, hence a warning. */
const elasticIpQuota = 5;

const count = field('host-count', 'host.count', (value, { host: { elasticIp }, network }) => {
  const hasOwn = elasticIp ?? !(network.mode === 'create' && network.access === 'private');
  if (!hasOwn || value <= elasticIpQuota) return undefined;
  return {
    severity: 'warning',
    message: `${value} hosts need ${value} Elastic IPs; the default quota is ${elasticIpQuota} a region`,
    fix: 'ask for a higher quota first, or use network.access: private: one address for all',
  };
});

export const hostRules: readonly Rule[] = [instanceType, image, count];
