/** `network`: address blocks, who may reach the host, ids of what exists. */
import { isIP } from 'node:net';
import { fileSystemAddresses, hostSubnetLength, usableAddresses } from '../addresses';
import { isPrivate, isSpecial, parseCidr } from '../cidr';
import { show } from '../secrecy';
import { field, type Rule } from './rule';

/** EC2 API reference, CreateVpc: /16 to /28. */
const vpcCidr = field('vpc-cidr', 'network.cidr', (value) => {
  const cidr = parseCidr(value);
  if (cidr?.family !== 4) return { message: `${show(value)} is not an IPv4 block`, fix: 'write 10.20.0.0/16' };
  const { canonical, address, prefixLength } = cidr;
  if (prefixLength < 16 || prefixLength > 28) {
    const nearby = parseCidr(`${address}/${Math.min(28, Math.max(16, prefixLength))}`);
    return { message: `a VPC is /16 to /28, not /${prefixLength}`, fix: `write ${nearby?.canonical}` };
  }
  if (canonical !== value) return { message: `${show(value)} has bits beyond its prefix`, fix: `write ${canonical}` };
  if (isPrivate(address)) return undefined;
  if (isSpecial(address)) return { message: `${show(value)} is of a range that no VPC may have`, fix: privateBlocks };
  return {
    severity: 'warning',
    message: `${show(value)} is public address space: hosts there cannot reach its owners on the internet`,
    fix: privateBlocks,
  };
});

const privateBlocks = 'use a block of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16';

const operatorCidr = field('operator-cidr', 'network.operatorCidrs.*', (value, { network }) => {
  const cidr = parseCidr(value);
  if (cidr === undefined) {
    const family = isIP(value);
    const fix = family === 0 ? 'write a block such as 203.0.113.7/32' : `write ${value}/${family === 4 ? 32 : 128}`;
    return { message: `${show(value)} is not an address block`, fix };
  }
  if (cidr.canonical !== value) {
    return { message: `${show(value)} is not how AWS writes this block`, fix: `write ${cidr.canonical}` };
  }
  if (network.operatorCidrs.indexOf(value) !== network.operatorCidrs.lastIndexOf(value)) {
    return { message: `${show(value)} is given twice: EC2 refuses the second rule`, fix: 'keep one of the two' };
  }
  if (cidr.prefixLength === 0 && !network.allowSshFromAnywhere) {
    return {
      message: `${show(value)} opens SSH to the whole internet`,
      fix: 'write the blocks of your operators, or say so in words with allowSshFromAnywhere: true',
    };
  }
  if (cidr.prefixLength > 0 && cidr.prefixLength < 8) {
    const message = `${show(value)} opens SSH to a large part of the internet`;
    return { severity: 'warning', message, fix: 'write the blocks of your operators only' };
  }
  if (network.mode === 'create' && network.access === 'public' && isPrivate(cidr.address)) {
    const message = `${show(value)} is a private block: from the internet nobody comes with such an address`;
    return { severity: 'warning', message, fix: 'write what `curl https://checkip.amazonaws.com` prints, with /32' };
  }
  return undefined;
});

/** AWS Systems Manager user guide, "Find AMIs with the SSM Agent preinstalled": those of Amazon Linux and Ubuntu have it. */
function hasNoAgent(os: string): boolean {
  return /^(?:rhel|rocky)-/.test(os);
}

const operators: Rule = {
  id: 'operator-access',
  *check({ network, host }) {
    const isPrivateNetwork = network.mode === 'create' && network.access === 'private';
    // A network of ours has no IPv6.
    if (network.operatorCidrs.some((value) => network.mode === 'existing' || parseCidr(value)?.family !== 6)) return;
    if (host.sessionManager ?? isPrivateNetwork) {
      if (hasNoAgent(host.os))
        yield {
          path: ['host', 'os'],
          severity: 'warning',
          message: `images of ${host.os} have no SSM agent: Session Manager does not reach the host unless yours brings it`,
          fix: 'name an image with amazon-ssm-agent in host.image, or the blocks of operators that are routed there in network.operatorCidrs',
        };
      return;
    }
    const detail = (host.elasticIp ?? !isPrivateNetwork) ? ', though it has a public address' : '';
    yield {
      path: ['network', 'operatorCidrs'],
      severity: 'warning',
      message: `${network.operatorCidrs.length === 0 ? 'is empty' : 'holds IPv6 blocks only, and a created network is IPv4 only'}: nobody can reach the host over SSH${detail}, so it cannot be provisioned`,
      fix: 'add your own address, for example [203.0.113.7/32] (curl https://checkip.amazonaws.com shows it), or set host.sessionManager: true',
    };
  },
};

const privateAddress = field('private-network', 'host.elasticIp', (value, { network }) =>
  value && network.mode === 'create' && network.access === 'private'
    ? {
        message: 'a host of a private network has no public address',
        fix: "remove the key: the NAT gateway's fixed address is what the vendor sees",
      }
    : undefined,
);

const privateOperators = field('private-network', 'network.operatorCidrs.*', (value, { network, host }) => {
  const cidr = parseCidr(value);
  if (network.mode !== 'create' || network.access === 'public' || cidr === undefined) return undefined;
  if (isPrivate(cidr.address) || cidr.family === 6) return undefined;
  return {
    severity: 'warning',
    message: `${show(value)} has no way into a private network`,
    fix: host.sessionManager === false ? 'set host.sessionManager: true' : 'remove it: Session Manager needs no port',
  };
});

/** The subnets of a private network: the smallest VPC that holds two is a /27 (EC2 API reference, CreateSubnet: /28). */
const subnetSize: Rule = {
  id: 'subnet-size',
  *check({ network, fileSystem, host }) {
    if (network.mode !== 'create') return;
    const cidr = parseCidr(network.cidr);
    if (cidr === undefined || cidr.family !== 4 || cidr.prefixLength < 16 || cidr.prefixLength > 28) return;
    const path = ['network', 'cidr'];
    if (network.access === 'private' && cidr.prefixLength === 28) {
      yield { path, message: 'a /28 has no room for the two subnets of a private network', fix: 'use /27 or larger' };
      return;
    }
    const prefixLength = hostSubnetLength(cidr.prefixLength, network.access);
    const needed = fileSystemAddresses(fileSystem) + host.count;
    const usable = usableAddresses(prefixLength);
    if (needed <= usable) return;
    yield {
      path,
      message: `the subnet, a /${prefixLength}, has ${usable} addresses; file system and hosts need ${needed}`,
      fix:
        cidr.prefixLength > 24
          ? 'use a larger block, such as 10.20.0.0/16'
          : 'use a smaller file system or fewer hosts',
    };
  },
};

const anywhere: Rule = {
  id: 'ssh-from-anywhere',
  *check({ network }) {
    if (!network.allowSshFromAnywhere) return;
    if (network.operatorCidrs.some((value) => parseCidr(value)?.prefixLength === 0)) return;
    yield {
      path: ['network', 'allowSshFromAnywhere'],
      severity: 'warning',
      message: 'has no effect: operatorCidrs holds neither 0.0.0.0/0 nor ::/0',
      fix: 'remove the key',
    };
  },
};

const existingIds: readonly Rule[] = (['vpcId', 'subnetId'] as const).map((key) => {
  const prefix = key === 'vpcId' ? 'vpc' : 'subnet';
  return field('network-id', `network.${key}`, (value) =>
    new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`).test(value)
      ? undefined
      : { message: `${show(value)} is not the id of a ${prefix}`, fix: `write ${prefix}-, then 17 hexadecimal digits` },
  );
});

export const networkRules: readonly Rule[] = [
  vpcCidr,
  subnetSize,
  operatorCidr,
  operators,
  anywhere,
  privateAddress,
  privateOperators,
  ...existingIds,
];
