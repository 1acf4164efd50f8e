import { nearest } from '../../../config/nearest';
import { knownRegions, regionsWithEveryTier } from '../../../config/regions';
import { writtenFileSystems } from '../lustre';
import type { Rule } from '../rule';

export const unknownRegion: Rule = {
  id: 'unknown-region',
  severity: 'warning',
  title: 'The region is unknown, or may lack what the plan needs',
  explanation: 'A region that does not exist, or does not offer the file system, shows only minutes into the apply.',
  check: (view) => {
    const { region } = view;
    if (region === undefined || view.resources.every(({ action }) => action === 'no-op')) return [];
    if (!knownRegions.includes(region)) {
      const slip = nearest(region, knownRegions);
      return [
        {
          address: '',
          message: `${region} is not a region known to this version`,
          fix: slip === undefined ? 'check that FSx for Lustre is offered there' : `did you mean ${slip}?`,
        },
      ];
    }
    if (regionsWithEveryTier.includes(region)) return [];
    return writtenFileSystems(view)
      .filter(
        ({ deploymentType, throughputMBpsPerTiB }) =>
          deploymentType === 'PERSISTENT_2' && (throughputMBpsPerTiB ?? 0) > 250,
      )
      .map(({ change, throughputMBpsPerTiB }) => ({
        address: change.address,
        message: `${region} may offer PERSISTENT_2 at 125 and 250 MB/s/TiB only, not ${throughputMBpsPerTiB}`,
        fix: 'check the FSx user guide, "Deployment type availability", or use 250',
      }));
  },
};
