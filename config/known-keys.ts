/** Every key that the shape knows, and where: for a key that was written in the wrong place. */
import type { z } from 'zod';

/** `password` -> [`source.credentials.password`]; items of a list as `list[]`. */
export function knownKeys(root: z.core.$ZodType): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, readonly string[]>();
  collect(root, '');
  return places;

  function collect(schema: z.core.$ZodType, prefix: string): void {
    const { def } = (schema as z.core.$ZodTypes)._zod;
    if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault') collect(def.innerType, prefix);
    if (def.type === 'array') collect(def.element, `${prefix}[]`);
    if (def.type === 'union') for (const option of def.options) collect(option, prefix);
    if (def.type !== 'object') return;
    for (const [key, field] of Object.entries(def.shape)) {
      const place = prefix === '' ? key : `${prefix}.${key}`;
      places.set(key, [...new Set([...(places.get(key) ?? []), place])]);
      collect(field, place);
    }
  }
}
