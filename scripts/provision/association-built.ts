/** Whether what the source is pulled into is an association that Terraform built: nothing else reaches S3. */
import type { Migration } from '../../config/schema';
import { SluiceError } from '../../provision/core/errors';
import type { Outputs } from '../../stacks/outputs';

export interface PullTarget {
  readonly migration: Pick<Migration, 'pull'>;
  readonly outputs: Pick<Outputs, 'associations'>;
}

/**
 * @param otherwise What else helps, for the fix.
 * @throws SluiceError ASSOCIATION_NOT_BUILT of kind `config`.
 */
export function assertAssociationBuilt({ migration, outputs }: PullTarget, otherwise: string): void {
  const built = outputs.associations.map(({ file_system_path }) => file_system_path);
  const { association } = migration.pull;
  if (built.includes(association)) return;
  throw new SluiceError(
    `the source is pulled into ${association}, and what is built is ${built.join(', ') || 'none'}`,
    {
      code: 'ASSOCIATION_NOT_BUILT',
      kind: 'config',
      hint: `npx sluice plan, if pull.association or fileSystem.associations is to be as it is written; ${otherwise}`,
    },
  );
}
