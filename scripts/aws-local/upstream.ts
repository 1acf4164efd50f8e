/** What the emulated FSx asks of the rest of the emulated AWS, over the ordinary APIs. */
import { type Buckets, bucketsAt } from './buckets';

export interface Upstream extends Buckets {
  /** Undefined where the subnet does not exist. */
  vpcOfSubnet(subnetId: string, region: string): Promise<string | undefined>;
  /** Whether the security groups let this TCP port in and out, between whomever. */
  isPortOpen(port: number, groupIds: readonly string[], region: string): Promise<boolean>;
}

/** @param endpoint of moto's server: `http://127.0.0.1:5000`. */
export function upstreamAt(endpoint: string): Upstream {
  return {
    vpcOfSubnet: async (subnetId, region) => {
      const xml = await ec2(endpoint, region, { Action: 'DescribeSubnets', 'SubnetId.1': subnetId });
      return /<vpcId>([^<]+)<\/vpcId>/.exec(xml)?.[1];
    },
    isPortOpen: async (port, groupIds, region) => {
      const groups = Object.fromEntries(groupIds.map((id, index) => [`Filter.1.Value.${index + 1}`, id]));
      const filter = { 'Filter.1.Name': 'group-id', ...groups };
      const xml = await ec2(endpoint, region, { Action: 'DescribeSecurityGroupRules', ...filter });
      const directions = xml
        .split('<item>')
        .filter((rule) => covers(rule, port))
        .map((rule) => /<isEgress>(\w+)</.exec(rule)?.[1]);
      return ['true', 'false'].every((direction) => directions.includes(direction));
    },
    ...bucketsAt(endpoint),
  };
}

function covers(rule: string, port: number): boolean {
  if (/<ipProtocol>-1</.test(rule)) return true;
  const [from, to] = ['fromPort', 'toPort'].map((end) => Number(new RegExp(`<${end}>(-?\\d+)<`).exec(rule)?.[1]));
  return from !== undefined && to !== undefined && from <= port && port <= to;
}

async function ec2(endpoint: string, region: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      // moto reads service and region here and checks no signature.
      authorization: `AWS4-HMAC-SHA256 Credential=test/20000101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: new URLSearchParams({ Version: '2016-11-15', ...parameters }),
  });
  return response.text();
}
