/** What a stack has built, from Terraform's state (version 4, as `terraform state pull` prints it). */
import { z } from 'zod';
import { SluiceError } from '../../provision/core/errors';

const stateSchema = z.object({
  resources: z
    .array(
      z.object({
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        provider: z.string().default(''),
        instances: z.array(
          z.object({ attributes: z.record(z.string(), z.unknown()).nullish(), status: z.string().optional() }),
        ),
      }),
    )
    .default([]),
});

export interface BuiltResource {
  readonly type: string;
  readonly name: string;
  /** Of its provider: a bucket's region, where that is not the stack's. */
  readonly alias?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** An apply did not see it to its end: the next one makes it anew. */
  readonly isTainted?: true;
}

/** Data sources are not among them. Empty where nothing was ever applied. */
export function builtOf(state: string): readonly BuiltResource[] {
  if (state.trim() === '') return [];
  const parsed = stateSchema.safeParse(JSON.parse(state));
  if (!parsed.success)
    throw new SluiceError('`state pull` printed something that is not a state', { code: 'STATE_UNREADABLE' });
  return parsed.data.resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ type, name, provider, instances }) =>
      instances.map(({ attributes, status }) => ({
        type,
        name,
        alias: aliasIn(provider),
        attributes: attributes ?? {},
        ...(status === 'tainted' && { isTainted: true }),
      })),
    );
}

/** As `builtOf`; undefined where the text is no state. */
export function builtIn(text = ''): readonly BuiltResource[] | undefined {
  try {
    return builtOf(text);
  } catch {
    return undefined;
  }
}

/** `provider["registry.terraform.io/hashicorp/aws"].eu-west-1` -> `eu-west-1` */
function aliasIn(provider: string): string | undefined {
  return /"\]\.(.+)$/.exec(provider)?.[1];
}

/** One attribute of every resource of a type. */
export function attributesOf(built: readonly BuiltResource[], type: string, attribute: string): readonly string[] {
  return built
    .filter((resource) => resource.type === type)
    .map(({ attributes }) => String(attributes[attribute] ?? ''));
}
