/**
 * The hand-over from phase 1 (infrastructure) to phase 2 (host configuration): the names of the Terraform outputs,
 * their types, and the parser of `terraform output -json`. The stack writes exactly these; the provisioner
 * reads exactly these; nothing else crosses the line.
 */
import { z } from 'zod';

export const outputsSchema = z.object({
  name: z.string(),
  region: z.string(),
  file_system: z.object({
    id: z.string(),
    dns_name: z.string(),
    mount_name: z.string().min(1).max(8),
    lustre_version: z.string(),
  }),
  associations: z.array(z.object({ id: z.string(), file_system_path: z.string(), data_repository_path: z.string() })),
  hosts: z
    .array(
      z.object({
        name: z.string(),
        instance_id: z.string(),
        /** What the operator connects to: the Elastic IP, or the private address without one. */
        address: z.string(),
        private_address: z.string(),
        username: z.string(),
      }),
    )
    .min(1),
});

export type Outputs = z.infer<typeof outputsSchema>;
