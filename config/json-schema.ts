/** migration.schema.json, from which editors complete, explain and underline migration.yaml. */
import { z } from 'zod';
import { shapeSchema } from './schema/shape';

/** The text of the file. Rules between fields are beyond JSON Schema: `sluice validate` knows those. */
export function migrationJsonSchema(): string {
  const schema = z.toJSONSchema(shapeSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // The bounds of a safe integer say nothing to a person.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
