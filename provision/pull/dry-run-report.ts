/** What a dry run found: each entry told as it is planned, the numbers at the end. */
import { exitCodes } from '../core/errors';
import type { PullSettings } from './job/settings';
import type { Failure } from './record/outcomes';
import { countLeft, type Left } from './record/tally';
import { removalRefusal } from './removal/removal';
import type { ExtraEntry, RemovalPlan } from './removal/removal-plan';
import type { Planned } from './transfer/compare';

/** What would become of a transferred file at the source, where it is not kept. */
export type AtSource = 'delete' | 'move';

/** What a run would do with one entry. */
export type PlannedAction =
  | { readonly action: 'transfer'; readonly path: string; readonly sizeBytes: number; readonly atSource?: AtSource }
  | { readonly action: 'make-directory' | 'set-access'; readonly path: string }
  | { readonly action: 'link'; readonly path: string; readonly target: string }
  | { readonly action: 'remove'; readonly path: string; readonly sizeBytes: number }
  | { readonly action: 'skip'; readonly path: string; readonly reason: string }
  | ({ readonly action: 'fail' } & Omit<Failure, 'kind'>);

export interface DryRunReport {
  readonly version: 1;
  readonly dryRun: true;
  readonly transfer: { readonly files: number; readonly bytes: number };
  /** What would be taken away at the source, and for MOVE where it goes; absent where the source is kept as it is. */
  readonly atSource?: {
    readonly action: AtSource;
    readonly moveTo?: string;
    readonly files: number;
    readonly bytes: number;
  };
  readonly remove: { readonly files: number; readonly bytes: number; readonly directories: number };
  /** Why a run would remove none of them. */
  readonly removalRefused?: string;
  readonly links: number;
  readonly directories: number;
  readonly accessChanges: number;
  readonly unchanged: { readonly files: number; readonly bytes: number };
  readonly skipped: number;
  readonly excluded: number;
  readonly failed: number;
  /** Includes that matched nothing at the source; absent where each did, and where not all of it could be listed. */
  readonly unmatchedIncludes?: readonly string[];
  readonly left?: Omit<Left, 'isAll'>;
}

type Counts = { -readonly [Key in keyof DryRunReport]: DryRunReport[Key] } & {
  transfer: { files: number; bytes: number };
  remove: { files: number; bytes: number; directories: number };
  unchanged: { files: number; bytes: number };
};

/**
 * 0: nothing would change. 1: entries would fail, or removal would. 2: there is something to do. Removals that a limit puts off are neither:
 * the run ends well, and the next one makes them.
 */
export function exitCodeOfDryRun(report: DryRunReport): number {
  const { transfer, remove, links, directories, accessChanges, left, removalRefused } = report;
  const removesNow = left === undefined;
  if (report.failed > 0 || (removesNow && removalRefused !== undefined)) return exitCodes.failed;
  const removals = removesNow ? remove.files + remove.directories : 0;
  const changes = transfer.files + removals + links + directories + accessChanges;
  return changes === 0 ? exitCodes.ok : exitCodes.changesPending;
}

const atSource: Readonly<Record<PullSettings['sourceAfterTransfer'], AtSource | undefined>> = {
  KEEP: undefined,
  DELETE: 'delete',
  MOVE: 'move',
};

/** Counts what is planned. */
export class DryRunTally {
  readonly #counts: Counts = {
    version: 1,
    dryRun: true,
    transfer: { files: 0, bytes: 0 },
    remove: { files: 0, bytes: 0, directories: 0 },
    links: 0,
    directories: 0,
    accessChanges: 0,
    unchanged: { files: 0, bytes: 0 },
    skipped: 0,
    excluded: 0,
    failed: 0,
  };
  #left: DryRunReport['left'];

  readonly #atSource: AtSource | undefined;

  constructor(
    private readonly options: Pick<PullSettings, 'sourceAfterTransfer' | 'moveTo' | 'removalLimit'>,
    private readonly onAction: (action: PlannedAction) => void,
  ) {
    this.#atSource = atSource[options.sourceAfterTransfer];
  }

  async add(item: Planned): Promise<void> {
    const counts = this.#counts;
    switch (item.kind) {
      case 'transfer':
        counts.transfer.files += 1;
        counts.transfer.bytes += item.file.sizeBytes;
        this.onAction({
          action: 'transfer',
          path: item.path,
          sizeBytes: item.file.sizeBytes,
          ...(this.#atSource === undefined ? {} : { atSource: this.#atSource }),
        });
        return;
      case 'set-access':
        counts.accessChanges += 1;
        counts.unchanged.files += 1;
        counts.unchanged.bytes += item.file.sizeBytes;
        this.onAction({ action: 'set-access', path: item.path });
        return;
      case 'link':
        counts.links += 1;
        this.onAction({ action: 'link', path: item.path, target: item.target });
        return;
      case 'outcome':
        this.#addOutcome(item);
        return;
      case 'listed':
        await item.directory.close();
    }
  }

  remove({ path, kind, sizeBytes }: ExtraEntry): void {
    const { remove } = this.#counts;
    if (kind === 'directory') remove.directories += 1;
    else remove.files += 1;
    remove.bytes += sizeBytes;
    this.onAction({ action: 'remove', path, sizeBytes });
  }

  report(removal: RemovalPlan | undefined, unmatchedIncludes: readonly string[] = []): DryRunReport {
    const removalRefused = removal === undefined ? undefined : this.#refusal(removal);
    return {
      ...this.#counts,
      ...this.#takenAway(),
      ...(removalRefused === undefined ? {} : { removalRefused }),
      ...(unmatchedIncludes.length === 0 ? {} : { unmatchedIncludes }),
      ...(this.#left === undefined ? {} : { left: this.#left }),
    };
  }

  /** Each file that is transferred: what is here already is transferred again, where it is to be taken away. */
  #takenAway(): Pick<DryRunReport, 'atSource'> {
    const { moveTo } = this.options;
    if (this.#atSource === undefined) return {};
    return {
      atSource: { action: this.#atSource, ...(moveTo === undefined ? {} : { moveTo }), ...this.#counts.transfer },
    };
  }

  #refusal(removal: RemovalPlan): string | undefined {
    if (this.#left !== undefined) return 'nothing is removed at the destination: a limit ends the run';
    const refusal = removalRefusal(removal, this.options.removalLimit);
    return refusal?.kind === 'failed' ? `removal would be refused: ${refusal.reason}` : refusal?.reason;
  }

  #addOutcome({ outcome }: Extract<Planned, { kind: 'outcome' }>): void {
    const counts = this.#counts;
    const { path } = outcome;
    switch (outcome.kind) {
      case 'directory':
        if (!outcome.created) return;
        counts.directories += 1;
        this.onAction({ action: 'make-directory', path });
        return;
      case 'unchanged':
        counts.unchanged.files += 1;
        counts.unchanged.bytes += outcome.sizeBytes;
        return;
      case 'excluded':
        counts.excluded += 1;
        return;
      case 'skipped':
        counts.skipped += 1;
        this.onAction({ action: 'skip', path, reason: outcome.reason });
        return;
      case 'left':
        this.#left = countLeft(this.#left, outcome);
        return;
      case 'failed': {
        const { kind: _, ...failure } = outcome;
        counts.failed += 1;
        this.onAction({ action: 'fail', ...failure });
        return;
      }
    }
  }
}
