import { type LustreSettings, writtenFileSystems } from '../lustre';
import type { Rule } from '../rule';

/** FSx API reference, CreateFileSystem (FileSystemTypeVersion). */
export const fsxLustreVersion: Rule = {
  id: 'fsx-lustre-version',
  severity: 'blocked',
  title: 'FSx refuses the Lustre version for this type of file system',
  explanation: '2.10 is for SCRATCH_* and PERSISTENT_1 only, and a metadata configuration needs 2.15.',
  check: (view) =>
    writtenFileSystems(view).flatMap((settings) => {
      const refusal = refusalOf(settings);
      return refusal === undefined ? [] : [{ address: settings.change.address, ...refusal }];
    }),
};

function refusalOf({ deploymentType, version, hasMetadataConfiguration }: LustreSettings) {
  if (deploymentType === 'PERSISTENT_2' && version === '2.10')
    return { message: 'PERSISTENT_2 does not come with Lustre 2.10', fix: 'use 2.12 or 2.15' };
  if (hasMetadataConfiguration && deploymentType !== undefined && deploymentType !== 'PERSISTENT_2')
    return {
      message: `a metadata configuration is for PERSISTENT_2 only, not ${deploymentType}`,
      fix: 'remove metadata_configuration',
    };
  if (hasMetadataConfiguration && (version === '2.10' || version === '2.12'))
    return { message: `a metadata configuration needs Lustre 2.15, not ${version}`, fix: 'use 2.15' };
  return undefined;
}
