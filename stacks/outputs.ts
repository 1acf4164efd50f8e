/**
 * The hand-over from phase 1 (infrastructure) to phase 2 (host configuration): the names of the Terraform outputs,
 * their types, and the parser of `terraform output -json`. The stack writes exactly these; the provisioner
 * reads exactly these; nothing else crosses the line.
 */
import { z } from 'zod';

const outputsSchema = z.object({
  /** The migration's name. */
  name: z.string(),
  region: z.string(),
  file_system: z.object({
    id: z.string(),
    dns_name: z.string(),
    mount_name: z.string().min(1).max(8),
    lustre_version: z.string(),
    /** TCP port of the file system that a client must reach before it can mount. */
    port: z.int().positive(),
  }),
  /** In the order of the config. */
  associations: z.array(z.object({ id: z.string(), file_system_path: z.string(), data_repository_path: z.string() })),
  /** Names of every bucket that an association leads to. */
  buckets: z.array(z.string()),
  /** Where FSx logs what it could not import or export. */
  log_group: z.string(),
  /** Fixed public addresses that the source sees, for its allow-list: the NAT gateway's, or the hosts' Elastic IPs. */
  egress_addresses: z.array(z.string()).optional(),
  hosts: z
    .array(
      z.object({
        name: z.string(),
        instance_id: z.string(),
        /** What the operator connects to: the Elastic IP, else a public address, else the private one. */
        address: z.string(),
        private_address: z.string(),
        username: z.string(),
      }),
    )
    .min(1),
});

export type Outputs = z.infer<typeof outputsSchema>;

/** The command that prints what `parseOutputs` reads; `binary` is `terraform` or `tofu`. */
export function outputsCommand(stackFolder: string, binary = 'terraform'): string {
  return `${binary} -chdir=${stackFolder} output -json`;
}

/** What `parseOutputs` throws: the document is not what the stack writes. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError';
  readonly code = 'OUTPUTS_INVALID';

  constructor(
    /** One sentence each: which output, what is wrong with it. */
    readonly problems: readonly string[],
    /** What to do about it. */
    readonly hint: string,
  ) {
    super(`not the outputs of a sluice stack: ${problems.join('; ')}`);
  }
}

const document = z.record(z.string(), z.looseObject({ value: z.unknown() }));

/**
 * Reads the parsed JSON of `terraform output -json`: `{name: {value, type, sensitive}}`. Outputs it does not know are
 * ignored.
 * @throws OutputsError that lists every missing or wrong output.
 */
export function parseOutputs(json: unknown): Outputs {
  const wrapped = document.safeParse(json);
  if (!wrapped.success)
    throw new OutputsError(
      ['expected {"name": {"value": ...}}'],
      "give what `output -json` prints in the stack's folder",
    );
  const values = Object.fromEntries(Object.entries(wrapped.data).map(([name, { value }]) => [name, value]));
  if (Object.keys(values).length === 0)
    throw new OutputsError(
      ['there is no output at all'],
      'the stack is not applied: npx sluice plan, then npx sluice apply',
    );
  const outputs = outputsSchema.safeParse(values);
  if (outputs.success) return outputs.data;
  throw new OutputsError(
    outputs.error.issues.map(({ path, message }) => describe(path, message, values)),
    'apply the stack anew: npx sluice plan, then npx sluice apply',
  );
}

function describe(path: readonly PropertyKey[], message: string, values: Readonly<Record<string, unknown>>): string {
  const [name] = path;
  return name !== undefined && !(String(name) in values)
    ? `output "${String(name)}" is missing`
    : `output "${path.map(String).join('.')}" is wrong: ${message}`;
}
