/** `network`: a VPC of its own, or a subnet you have. */
import { z } from 'zod';

const access = {
  operatorCidrs: z
    .array(z.string())
    .default([])
    .meta({
      description: 'CIDR blocks that may reach the host over SSH; none by default.',
      examples: [['203.0.113.7/32']],
    }),
  allowSshFromAnywhere: z.boolean().default(false).meta({
    description: 'Must be true before operatorCidrs may hold 0.0.0.0/0 or ::/0.',
  }),
};

const created = z.strictObject({
  mode: z.literal('create').meta({
    description:
      'Create a VPC with an S3 endpoint and a subnet. access, cidr and availabilityZone are of this mode alone.',
  }),
  access: z.enum(['public', 'private']).default('public').meta({
    description:
      'public: the host has a public address. private: it has none; it reaches the source through a NAT gateway with a fixed address, for the allow-list.',
  }),
  cidr: z.string().default('10.20.0.0/16').meta({ description: 'IPv4 block of the VPC, /16 to /28.' }),
  availabilityZone: z
    .string()
    .optional()
    .meta({
      description: 'Zone of the subnet, thus of file system and host. Left to AWS where absent.',
      examples: ['us-east-1a'],
    }),
  ...access,
});

const existing = z.strictObject({
  mode: z.literal('existing').meta({
    description:
      'Use a subnet you have: vpcId and subnetId are required; operatorCidrs and allowSshFromAnywhere go with it too.',
  }),
  vpcId: z
    .string()
    .meta({ description: 'VPC with DNS support and DNS hostnames on.', examples: ['vpc-0a1b2c3d4e5f60718'] }),
  subnetId: z
    .string()
    .meta({ description: 'Subnet for file system and host.', examples: ['subnet-0a1b2c3d4e5f60718'] }),
  ...access,
});

export const networkSchema = z.discriminatedUnion('mode', [created, existing]).prefault({ mode: 'create' }).meta({
  description:
    'Where file system and host live: a VPC created for them, as where this is absent, or a subnet that exists.',
});
