/** What a proof tells while it is made. */
import type { RequestCounts } from '../../provision/pull/inventory/hsm-requests';
import type { Finding } from './judge';
import type { Totals } from './tally';

export type ProofEvent =
  /** A look begins, the first one with 1. */
  | {
      readonly type: 'comparing';
      readonly look: number;
      /** On the file system, as the look before, the last proof or the newest run counted them; absent where none did. */
      readonly expectedFiles?: number;
    }
  | { readonly type: 'progress'; readonly association: string; readonly totals: Totals }
  /** One look is over. `shown`: the first findings of each kind; all are in the file. */
  | {
      readonly type: 'look';
      readonly totals: Totals;
      readonly shown: readonly Finding[];
      readonly findingsFile: string;
    }
  /** So many of those pending were handed to the host, to ask FSx for their export. */
  | { readonly type: 'nudging'; readonly asked: number; readonly pending: number }
  | { readonly type: 'nudged'; readonly association: string; readonly counts: RequestCounts }
  | {
      readonly type: 'waiting';
      readonly pending: number;
      readonly queueAgeSeconds: number | null;
      /** At the pace since the look before. */
      readonly etaMs?: number;
    }
  | { readonly type: 'warning'; readonly message: string };
