/** The two halves of removing, with the file between them: `removal-plan.ts` writes it while the trees are compared, `removal.ts` reads it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FoldedNames } from '../destination/folded-names';
import type { LocalDirectory } from '../destination/local-directory';
import type { PullJob } from '../job/job';
import { BufferedFile } from '../record/buffered-file';
import type { Outcome } from '../record/outcomes';
import type { RunProgress } from '../record/run-progress';
import { nameEncoder } from '../sftp/filename';
import type { ClassifySettings } from '../source/classify';
import { type RemovalOptions, removalRefusal, removeExtras } from './removal';
import { RemovalPlan } from './removal-plan';

interface RemovalsOptions {
  readonly classify: ClassifySettings;
  readonly root: LocalDirectory;
  readonly foldedNames: FoldedNames | undefined;
  readonly progress: RunProgress;
}

export class Removals {
  readonly plan: RemovalPlan;
  readonly #list: BufferedFile;

  constructor(
    private readonly job: PullJob,
    { classify, root, foldedNames, progress }: RemovalsOptions,
  ) {
    const { filters, reservedRootNames } = classify;
    const list = new BufferedFile(join(progress.directory, 'removals.ndjson'));
    const keep = (entry: unknown) => list.append(`${JSON.stringify(entry)}\n`);
    this.plan = new RemovalPlan({ root, filters, reservedRootNames, isDryRun: false, foldedNames, keep });
    this.#list = list;
  }

  /** To be called once everything is listed. `isPartial`: a limit left files for the next run, and the removals too. */
  async *remove(isPartial: boolean, options: Omit<RemovalOptions, 'sourcePath' | 'encode'>): AsyncGenerator<Outcome> {
    this.#list.flush();
    if (isPartial) {
      yield { kind: 'skipped', path: '.', reason: 'nothing is removed at the destination: a limit ended the run' };
      return;
    }
    const { source, options: pull } = this.job;
    const refusal = removalRefusal(this.plan, pull.removalLimit);
    const atSource = { sourcePath: source.path, encode: nameEncoder(source.filenameEncoding) };
    if (refusal !== undefined) yield refusal;
    else yield* removeExtras(this.#list.path, { ...options, ...atSource });
  }

  close(): void {
    try {
      this.#list.close();
    } finally {
      rmSync(this.#list.path, { force: true });
    }
  }
}
