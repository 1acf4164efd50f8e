/** `pull`: what a run transfers, in the vocabulary of AWS DataSync's task options. */
import { z } from 'zod';
import { metricsSchema, resourcesSchema, scheduleSchema } from './supervision';

const limits = z
  .strictObject({
    files: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Most files transferred in one run.', examples: [100_000] }),
    bytes: z
      .int()
      .min(1)
      .optional()
      .meta({
        description:
          'Most bytes transferred in one run. A file that is larger alone is taken by none, and told as such.',
        examples: [1_000_000_000_000],
      }),
    durationMinutes: z
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Longest time from the start of a run.', examples: [240] }),
    until: z
      .string()
      .optional()
      .meta({ description: 'Time of day, in UTC, at which a run stops.', examples: ['06:00'] }),
  })
  .default({})
  .meta({
    description:
      'Where a run stops although there is more: it ends in SUCCESS and tells what is left, and the next run goes on. No limit where absent.',
  });

export const pullSchema = z
  .strictObject({
    association: z
      .string()
      .optional()
      .meta({
        description: 'Path of the association that the tree lands in; the first one where absent.',
        examples: ['/nasdaq'],
      }),
    transferMode: z.enum(['CHANGED', 'ALL']).default('CHANGED').meta({
      description: 'CHANGED: what differs in size or mtime. ALL: everything, every time.',
    }),
    verifyMode: z
      .enum(['ONLY_FILES_TRANSFERRED', 'POINT_IN_TIME_CONSISTENT', 'NONE'])
      .default('ONLY_FILES_TRANSFERRED')
      .meta({
        description:
          'ONLY_FILES_TRANSFERRED: each file is read back and compared with what was received before it is seen. POINT_IN_TIME_CONSISTENT: besides, both sides are listed again at the end and compared whole. NONE: neither.',
      }),
    overwriteMode: z.enum(['ALWAYS', 'NEVER']).default('ALWAYS').meta({
      description: 'NEVER leaves files alone that are there already.',
    }),
    preserveDeletedFiles: z.enum(['PRESERVE', 'REMOVE']).default('PRESERVE').meta({
      description:
        'REMOVE: what is gone at the source is removed at the destination (never what a filter leaves out; nothing at all where a listing failed or the run stopped early).',
    }),
    removalLimit: z
      .union([
        z.int().min(0).meta({ description: 'A number of files.' }),
        z.string().meta({ description: "A share of the destination's files, such as 25%.", examples: ['25%'] }),
      ])
      .default('25%')
      .meta({
        description:
          "Most that one run may remove: a number of files, or a share of the destination's files; 100% is no limit. Above it nothing is removed and the run fails: an emptied or misread source empties nothing.",
        examples: ['25%', 1000],
      }),
    mtime: z.enum(['PRESERVE', 'NONE']).default('PRESERVE').meta({
      description:
        'NONE: files and directories keep the time of their transfer; CHANGED then compares size, and whether the source is newer.',
    }),
    posixPermissions: z.enum(['PRESERVE', 'NONE']).default('PRESERVE').meta({
      description: 'PRESERVE: the nine permission bits of the source. NONE: 0644 for files, 0755 for directories.',
    }),
    uid: z.enum(['NONE', 'INT_VALUE']).default('NONE').meta({
      description: "INT_VALUE: the owner's number at the source. NONE: the owner is who pulls (root).",
    }),
    gid: z.enum(['NONE', 'INT_VALUE']).default('NONE').meta({
      description: "INT_VALUE: the group's number at the source. NONE: the group of who pulls (root).",
    }),
    symlinks: z.enum(['SKIP', 'FOLLOW', 'COPY']).default('SKIP').meta({
      description:
        'SKIP: symbolic links are told and left out. FOLLOW: what they lead to is transferred, where it lies inside source.path; loops are found. COPY: links are made, where their target lies inside.',
    }),
    bytesPerSecond: z
      .int()
      .min(-1)
      .default(-1)
      .meta({
        description: 'Most bytes of file content a second, over all connections, 1024 or more; -1: no limit.',
        examples: [12_500_000],
      }),
    settleTimeSeconds: z
      .int()
      .min(0)
      .default(0)
      .meta({
        description:
          'A file younger than this by its mtime, or one that changed since it was listed, is still being written: it is left for the next run. 0: off.',
        examples: [300],
      }),
    sourceAfterTransfer: z.enum(['KEEP', 'DELETE', 'MOVE']).default('KEEP').meta({
      description:
        'What happens to a file at the source once it is verified, in place and on storage here. Every file at the source is transferred then, what is here already too: nothing is deleted that was not read. Not what changed meanwhile, and nothing through a link.',
    }),
    moveTo: z
      .string()
      .optional()
      .meta({
        description:
          'For sourceAfterTransfer MOVE: an absolute directory at the source, on the same file system there. Paths beneath source.path are kept in it.',
        examples: ['/outgoing/done'],
      }),
    limits,
    logLevel: z.enum(['OFF', 'BASIC', 'TRANSFER']).default('TRANSFER').meta({
      description: 'Entries told in events.ndjson. TRANSFER: all. BASIC: skipped and failed. OFF: none.',
    }),
    taskReport: z.enum(['NONE', 'ERRORS_ONLY', 'SUCCESSES_AND_ERRORS']).default('SUCCESSES_AND_ERRORS').meta({
      description: 'Files listed, one by one, in task-report.ndjson and task-report.csv.',
    }),
    includes: z
      .array(z.string())
      .default([])
      .meta({
        description: 'Patterns of what to transfer, from the root of source.path; all where empty.',
        examples: [['/2026*']],
      }),
    excludes: z
      .array(z.string())
      .default([])
      .meta({ description: 'Patterns of what to leave out.', examples: [['*.tmp', '*/.cache']] }),
    schedule: scheduleSchema.optional(),
    resources: resourcesSchema,
    metrics: metricsSchema,
  })
  .prefault({})
  .meta({ description: 'What to pull and how.' });
