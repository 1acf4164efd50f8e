/** `host`: the EC2 instance that mounts the file system and pulls. */
import { z } from 'zod';

const image = z
  .union([
    z.literal('latest'),
    z.strictObject({
      ssmParameter: z.string().meta({ description: 'Public or own SSM parameter that holds an AMI id.' }),
    }),
    z.strictObject({
      amiId: z.string().meta({ description: 'AMI id in the region.', examples: ['ami-0a1b2c3d4e5f60718'] }),
    }),
  ])
  .default('latest')
  .meta({
    description:
      "`latest`: the publisher's newest image for the OS and architecture (Amazon Linux, Ubuntu); or one of your own.",
  });

export const hostSchema = z
  .strictObject({
    os: z
      .enum([
        'amazon-linux-2',
        'amazon-linux-2023',
        'ubuntu-22.04',
        'ubuntu-24.04',
        'rhel-8',
        'rhel-9',
        'rocky-8',
        'rocky-9',
      ])
      .default('amazon-linux-2')
      .meta({
        description:
          'Amazon Linux 2 left support on 2026-06-30; Amazon Linux 2023 is supported to 2029-06-30. RHEL and Rocky Linux need host.image.',
      }),
    image,
    lustreClient: z.enum(['lustre2.10', 'lustre', 'lustre-client']).optional().meta({
      description:
        'Package of the Lustre client. amazon-linux-2: lustre2.10 (default; mounts 2.10, 2.12) or lustre (2.12; mounts all). The others: lustre-client, in the version made for the kernel (2.15 mounts 2.12, 2.15; on RHEL and Rocky Linux 8, 2.12).',
    }),
    instanceType: z
      .string()
      .default('c6in.xlarge')
      .meta({
        description: 'Decides the architecture too: Graviton types run an arm64 image.',
        examples: ['c6in.xlarge', 'c7gn.xlarge'],
      }),
    rootVolumeGiB: z.int().min(8).max(16384).default(20).meta({ description: 'Encrypted gp3 volume of the system.' }),
    count: z.int().min(1).max(64).default(1).meta({
      description:
        'Hosts alike, named -host-1, -host-2...; each mounts the file system, and the first has the schedule.',
    }),
    purchase: z.enum(['on-demand', 'spot']).default('on-demand').meta({
      description: 'spot: cheaper; AWS may stop the host at any time and starts it again when it can. A pull resumes.',
    }),
    elasticIp: z.boolean().optional().meta({
      description:
        "Fixed public address, for the vendor's allow-list. True where absent, but in a private network, whose NAT gateway has one. In a created network another value replaces the host.",
    }),
    sessionManager: z.boolean().optional().meta({
      description:
        'Let AWS Systems Manager reach the host, so that operators need no inbound port. False where absent, but in a private network.',
    }),
    mountPoint: z.string().default('/fsx').meta({ description: 'Where the file system is mounted.' }),
    mountOptions: z.array(z.string()).default(['noatime', 'flock']).meta({
      description: 'Lustre mount options, one an item. _netdev, nofail and the systemd ones are added for you.',
    }),
    ssh: z
      .strictObject({
        publicKey: z.string().meta({
          description:
            "The one line of your OpenSSH .pub file (ed25519 or rsa); it becomes the instance's key pair. Hosts that exist keep the one they were created with.",
          examples: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA... operator@example.com'],
        }),
        identityFile: z
          .string()
          .optional()
          .meta({
            description: 'Private key file to connect with; the SSH agent and ~/.ssh/config decide where absent.',
            examples: ['~/.ssh/id_ed25519'],
          }),
      })
      .meta({ description: 'How operators reach the host.' }),
  })
  .meta({ description: 'The EC2 instance that mounts the file system and pulls.' });
