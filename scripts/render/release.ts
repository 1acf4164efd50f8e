/** A release while it goes: a phase for each association, what was compared, what is proven, what the host was asked to free. */
import pc from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatBytes, formatCount, plural } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { ReleaseCounts, ReleaseProgress } from '../export-proof/release';
import { Comparison, type ComparisonOptions } from './comparison';
import { type ProgressOptions, type ProgressView, showProgress } from './progress';

export interface ReleaseProgressOptions extends Omit<ProgressOptions, 'phases'> {
  readonly isCheck: boolean;
}

export interface ReleaseRenderer extends Pick<ProgressView, 'write' | 'finish'> {
  /** The host is being connected to. */
  connecting(): void;
  /** @returns What takes the progress of this association. */
  association(path: string, known: Pick<ComparisonOptions, 'expectedFiles'>): Reporter<ReleaseProgress>;
  /** A line that stays. */
  note(text: string): void;
}

export function renderRelease(out: NodeJS.WriteStream, options: ReleaseProgressOptions): ReleaseRenderer {
  const { color, isCheck, clock = () => performance.now() } = options;
  const view = showProgress(out, { phases: ['connect'], color, clock });
  const verb = isCheck ? 'would free' : 'asked to free';
  return {
    connecting: () => view.phase('connect'),
    association(path, { expectedFiles }) {
      view.phase(path);
      const comparison = new Comparison({ clock, expectedFiles });
      return ({ totals, asked }) => {
        const detail = comparison.detail(totals);
        view.update({
          ...detail,
          facts: [
            ...detail.facts,
            `${formatCount(totals.proven.files)} proven`,
            `${verb} ${plural(asked.files, 'file')}, ${formatBytes(asked.bytes)}`,
          ],
        });
      };
    },
    note: (text) => view.note(pc.createColors(color).yellow(text)),
    write: view.write,
    finish: view.finish,
  };
}

/** What became of one association. Ends in a newline. */
export function releaseLines(
  path: string,
  { files, bytes, refused, notProven, examples }: ReleaseCounts,
  { isCheck }: Pick<ReleaseProgressOptions, 'isCheck'>,
): string {
  const kept = examples.map((each) => `  kept ${visible(each.path)}: ${visible(each.reason)}`);
  const more = refused > examples.length ? [`  and ${formatCount(refused - examples.length)} more kept`] : [];
  const verb = isCheck ? 'would free' : 'freed';
  const freed = `${path}: ${verb} ${plural(files, 'file')}, ${formatBytes(bytes)}`;
  const left = notProven === 0 ? [] : [`  left, since not proven: ${plural(notProven, 'file')}`];
  return `${[freed, ...kept, ...more, ...left].join('\n')}\n`;
}
