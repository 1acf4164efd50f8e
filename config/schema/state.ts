/** `state`: where Terraform keeps what it knows. */
import { z } from 'zod';

const s3 = z
  .strictObject({
    bucket: z.string().meta({
      description: 'Existing, versioned bucket; none that an association names.',
      examples: ['example-terraform-state'],
    }),
    key: z
      .string()
      .optional()
      .meta({
        description: 'Object of the state; `sluice/<name>/terraform.tfstate` where absent.',
        examples: ['sluice/market-data/terraform.tfstate'],
      }),
    region: z
      .string()
      .optional()
      .meta({ description: "AWS region of the bucket; the migration's where absent.", examples: ['us-east-1'] }),
    kmsKey: z
      .string()
      .optional()
      .meta({
        description: "ARN of the KMS key that encrypts it; the bucket's default where absent.",
        examples: ['arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
      }),
    useLockfile: z.boolean().default(true).meta({
      description: 'Lock the state by an object beside it (`<key>.tflock`), so that two applies never meet.',
    }),
  })
  .meta({ description: "Terraform's S3 backend." });

export const stateSchema = z.strictObject({ s3 }).meta({
  description: 'Where the Terraform state lies: a bucket, for a team. `.sluice/<name>/` beside this file where absent.',
});
