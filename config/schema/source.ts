/** `source`: the vendor's SFTP server, how to know it and how to log in to it. */
import { z } from 'zod';

const file = z.string().meta({
  description:
    'Path of a file on your machine (/..., ~/..., or ./... beside this file) that holds the secret and nothing else; `sluice provision` puts it on the host, readable by root alone.',
  examples: ['~/.ssh/nasdaq_ed25519'],
});
const environment = z.string().meta({
  description:
    'Name of an environment variable on your machine; `sluice provision` puts its value on the host, in a file readable by root alone.',
  examples: ['SFTP_PASSWORD'],
});
const secretsManager = z.string().meta({
  description: 'Name or ARN of an AWS Secrets Manager secret, read with the instance role.',
  examples: ['market-data/nasdaq-sftp-key'],
});
const ssmParameter = z.string().meta({
  description: 'Name or ARN of an SSM parameter (SecureString), read with the instance role.',
  examples: ['/market-data/nasdaq-sftp-key'],
});
const stdin = z.literal(true).meta({
  description:
    'Handed over when a run is started: `sluice pull start --credentials-stdin` reads it. Held in memory of the host only, for later runs too; gone after a reboot.',
});

const reference = z.union([
  z.strictObject({ file }),
  z.strictObject({ environment }),
  z.strictObject({ secretsManager }),
  z.strictObject({ ssmParameter }),
  z.strictObject({ stdin }),
]);

const credentials = z
  .strictObject({
    privateKey: reference.optional().meta({ description: 'OpenSSH private key, by reference. Preferred.' }),
    passphrase: reference.optional().meta({ description: 'Passphrase of that private key, by reference.' }),
    password: reference.optional().meta({ description: 'Password, by reference.' }),
  })
  .meta({
    description:
      'How to log in: a private key, a password, or both. References only: this file never holds a secret, so each is one of file, environment, secretsManager, ssmParameter, stdin.',
  });

export const sourceSchema = z
  .strictObject({
    host: z.string().meta({
      description: 'DNS name or IP address; an IPv6 one where network.mode is existing.',
      examples: ['sftp.vendor.example'],
    }),
    port: z.int().min(1).max(65535).default(22).meta({ description: 'TCP port of the SFTP server.' }),
    username: z.string().meta({ description: 'User to log in as.', examples: ['market-data'] }),
    hostKeys: z
      .array(z.string())
      .min(1)
      .max(2)
      .meta({
        description:
          "SHA256 fingerprints of the server's host key, as `ssh-keygen -lf` prints them; a server with any other key is refused. Two only while the vendor rotates its key.",
        examples: [['SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM']],
      }),
    credentials,
    path: z.string().meta({ description: 'Absolute directory on the server to pull.', examples: ['/outgoing/nasdaq'] }),
    connections: z.int().min(1).max(64).default(4).meta({
      description: 'Most SSH connections at one time. Ask the vendor for its cap.',
    }),
    access: z.enum(['PARALLEL', 'ONE_FILE', 'READ_ONCE']).default('PARALLEL').meta({
      description:
        'PARALLEL: many files and reads at one time. ONE_FILE: one connection, one file or listing open, 32 KiB reads one after another. READ_ONCE: as ONE_FILE, and no file is ever opened again or looked at after it was read: for servers that delete on read.',
    }),
    filenameEncoding: z
      .string()
      .default('utf-8')
      .meta({
        description:
          'Encoding of file names at the server, as the WHATWG Encoding Standard names it. Names that are not valid in it are reported and left out.',
        examples: ['latin1', 'shift_jis'],
      }),
    timeOffsetSeconds: z
      .int()
      .min(-86_400)
      .max(86_400)
      .default(0)
      .meta({
        description: "How far the server's times are ahead of UTC: local time told as UTC, or a wrong clock.",
        examples: [3600],
      }),
    legacyAlgorithms: z.boolean().default(false).meta({
      description:
        'Also offers what is no longer secure, after everything else: ssh-rsa (SHA-1) host keys, SHA-1 key exchange, CBC and 3DES ciphers. For a server that has nothing better.',
    }),
  })
  .meta({ description: "The vendor's SFTP server." });
