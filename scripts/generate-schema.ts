/** Writes migration.schema.json from the shape: `npm run schema`. A test keeps the two together. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationJsonSchema } from '../config/json-schema';

writeFileSync(join(__dirname, '..', 'migration.schema.json'), migrationJsonSchema());
