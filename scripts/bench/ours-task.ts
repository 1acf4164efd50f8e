/** What the benchmark tells its child process that runs sluice. */
import type { Guarantees } from '../../provision/pull/guarantees';
import type { PullJob } from '../../provision/pull/job/job';

export interface OursTask {
  readonly job: PullJob;
  /** List the source only. */
  readonly list: boolean;
  readonly guarantees: Guarantees;
}
