/** Writes migration.schema.json and docs/settings.md from the shape: `npm run schema`. Tests keep them together. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationJsonSchema } from '../config/json-schema';
import { settingsGuide } from '../config/settings-guide';

const root = join(__dirname, '..');
writeFileSync(join(root, 'migration.schema.json'), migrationJsonSchema());
writeFileSync(join(root, 'docs', 'settings.md'), settingsGuide());
