/** From the text of migration.yaml to a Migration or to everything that is wrong with it. */
import { parseDocument } from 'yaml';
import type { Problem } from './problem';
import { type Migration, migrationSchema } from './schema';

export interface LoadOptions {
  /** The file's name, as problems show it. */
  readonly file: string;
  /** What support dates are compared with. */
  readonly today: Date;
}

export interface Loaded {
  /** Present exactly where no problem is an error. */
  readonly migration?: Migration;
  readonly problems: readonly Problem[];
}

export function loadMigration(text: string, options: LoadOptions): Loaded {
  const result = migrationSchema.safeParse(parseDocument(text).toJS());
  if (result.success) return { migration: result.data, problems: [] };
  return {
    problems: result.error.issues.map((issue) => ({
      severity: 'error',
      rule: 'shape',
      file: options.file,
      line: 1,
      column: 1,
      path: issue.path.join('.'),
      message: issue.message,
      fix: 'see migration.example.yaml',
    })),
  };
}
