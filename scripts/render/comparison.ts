/** Source, file system and bucket while they are compared: how much of it, how fast; how far where the number of files is known from before. */
import { formatCount, plural } from '../../provision/core/units';
import type { Totals } from '../export-proof/tally';
import type { Detail } from './progress';
import { countOf } from './proof-findings';
import { RecentRate } from './recent-rate';

export interface ComparisonOptions {
  readonly clock: () => number;
  /** On the file system, by an earlier count: with more files than that it says nothing any more. */
  readonly expectedFiles: number | undefined;
}

export class Comparison {
  readonly #rate = new RecentRate();
  readonly #startedMs: number;

  constructor(private readonly options: ComparisonOptions) {
    this.#startedMs = options.clock();
  }

  detail({ fileSystem, bucket, findings }: Totals): Detail {
    const { clock, expectedFiles = 0 } = this.options;
    const { files } = fileSystem;
    this.#rate.observe(files, clock() - this.#startedMs);
    const isKnown = expectedFiles > 0 && files <= expectedFiles;
    return {
      ...(isKnown && { share: files / expectedFiles, etaMs: this.#rate.etaMs(expectedFiles - files) }),
      facts: [
        isKnown ? `${formatCount(files)} of about ${formatCount(expectedFiles)} files` : plural(files, 'file'),
        plural(bucket.objects, 'object'),
        `${perSecond(this.#rate.perSecond)} files/s`,
        plural(countOf(findings), 'finding'),
      ],
    };
  }
}

function perSecond(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate));
}
