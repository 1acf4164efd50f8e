/** migration.yaml as the rest of sluice sees it. */
import type { derive } from './derive';

/**
 * A whole, checked configuration: every default filled in, and every value that follows from others (throughput, Lustre
 * client, buckets...), so that nobody after `loadMigration` derives them again.
 */
export type Migration = ReturnType<typeof derive>;
