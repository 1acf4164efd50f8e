/** What the emulated FSx asks of the rest of the emulated AWS, over the ordinary APIs. */

export interface Upstream {
  /** Undefined where the subnet does not exist. */
  vpcOfSubnet(subnetId: string, region: string): Promise<string | undefined>;
  bucketExists(name: string): Promise<boolean>;
}

/** @param endpoint of moto's server: `http://127.0.0.1:5000`. */
export function upstreamAt(endpoint: string): Upstream {
  return {
    vpcOfSubnet: async (subnetId, region) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          // moto reads service and region here and checks no signature.
          authorization: `AWS4-HMAC-SHA256 Credential=test/20000101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=none`,
        },
        body: new URLSearchParams({ Action: 'DescribeSubnets', Version: '2016-11-15', 'SubnetId.1': subnetId }),
      });
      return /<vpcId>([^<]+)<\/vpcId>/.exec(await response.text())?.[1];
    },
    bucketExists: async (name) => (await fetch(`${endpoint}/${name}`, { method: 'HEAD' })).ok,
  };
}
