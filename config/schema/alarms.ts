/** `alarms` and `budget`: whom AWS tells by mail, and of what. */
import { z } from 'zod';

const emails = z
  .array(z.string())
  .min(1)
  .max(10)
  .meta({
    description: 'Addresses to mail to; AWS asks each one to confirm an alarm subscription first.',
    examples: [['market-data@example.com']],
  });

export const alarmsSchema = z
  .strictObject({
    emails,
    exportQueueAgeMinutes: z.int().min(1).max(10_080).default(60).meta({
      description: 'Alarm when a change has waited this long for its export to S3.',
    }),
    freeSpacePercent: z.int().min(1).max(90).default(10).meta({
      description: 'Alarm when less of the file system than this is free.',
    }),
  })
  .meta({
    description:
      'CloudWatch alarms on an SNS topic: the export queue is old, an import or export failed, a pull failed, space runs out, a host is impaired. None where absent.',
  });

export const budgetSchema = z
  .strictObject({
    monthlyUsd: z
      .number()
      .meta({ description: 'US dollars a month for everything of this migration.', examples: [500] }),
    emails,
  })
  .meta({
    description:
      'AWS Budgets mails at 80% spent and at 100% forecast. It counts by the tag `migration`, which has to be activated once as a cost allocation tag in the Billing console. None where absent.',
  });
