/** `pull.schedule`, `pull.resources` and `pull.metrics`: when systemd runs the pull, within what, and what it tells meanwhile. */
import { z } from 'zod';

export const scheduleSchema = z
  .strictObject({
    onCalendar: z.string().meta({
      description:
        'When to pull, as systemd writes it: `Mon..Fri 06:30`, `*-*-01 02:00`, `*:0/15`; or hourly, daily, weekly, monthly.',
      examples: ['Mon..Fri 06:30'],
    }),
    timeZone: z
      .string()
      .default('UTC')
      .meta({
        description: 'Time zone of onCalendar, by its IANA name. Amazon Linux 2 knows UTC only.',
        examples: ['America/New_York'],
      }),
    randomizedDelayMinutes: z.int().min(0).max(1440).default(0).meta({
      description: 'Begin up to so much later, at random, so that not all customers of a vendor come at one time.',
    }),
    persistent: z.boolean().default(true).meta({
      description: 'A run that was missed because the host was down is made up for when it is up again.',
    }),
  })
  .meta({ description: 'A systemd timer that starts the pull. None where absent.' });

export const resourcesSchema = z
  .strictObject({
    memoryMiB: z.int().min(512).max(1_048_576).default(2048).meta({
      description:
        'Most memory of the agent, what it has written and Lustre still holds included; past it the kernel ends it and systemd starts it again.',
    }),
    cpuPercent: z.int().min(10).max(6400).optional().meta({
      description: 'Most CPU time, in percent of one CPU: 200 is two of them. No limit where absent.',
    }),
    cpuWeight: z.int().min(1).max(10_000).default(50).meta({
      description: 'Share of the CPUs when others want them too; every other service has 100.',
    }),
  })
  .prefault({})
  .meta({ description: "What the unit may take of the host's memory and CPUs." });

export const metricsSchema = z
  .strictObject({
    emf: z.boolean().default(false).meta({
      description:
        'Write CloudWatch metrics in the embedded metric format to /var/lib/sluice/metrics/emf.log, for a CloudWatch agent on the host, and to the journal.',
    }),
  })
  .prefault({})
  .meta({
    description:
      'Metrics of the runs. An OpenMetrics textfile is always written: /var/lib/sluice/metrics/sluice.prom on the host.',
  });
