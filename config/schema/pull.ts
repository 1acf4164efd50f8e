/** `pull`: what a run transfers, in the vocabulary of AWS DataSync's task options. */
import { z } from 'zod';

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
      .meta({ description: 'What is read again and compared at the end.' }),
    overwriteMode: z.enum(['ALWAYS', 'NEVER']).default('ALWAYS').meta({
      description: 'NEVER leaves files alone that are there already.',
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
  })
  .prefault({})
  .meta({ description: 'What to pull and how.' });
