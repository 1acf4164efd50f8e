/**
 * migration.yaml as the rest of sluice sees it: the shape of schema/, with the values that follow from other fields
 * (throughput, Lustre client...) filled in, so that nobody after this derives them again.
 */
import type { z } from 'zod';
import { derive } from './derive';
import { shapeSchema } from './schema/shape';

/** Checks the shape only; `loadMigration` checks the rules too. */
export const migrationSchema = shapeSchema.transform(derive);

/** A whole configuration: every default filled in, every derived value concrete. */
export type Migration = z.output<typeof migrationSchema>;
