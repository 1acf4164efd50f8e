/** A proof of export while it is made: the phases, how far, what is found. */
import pc from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatCount, formatDuration, plural } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { ProofEvent } from '../export-proof/events';
import { Comparison } from './comparison';
import { type Detail, type ProgressOptions, showProgress } from './progress';
import { ProofFindings } from './proof-findings';

export interface ProofRenderer {
  readonly report: Reporter<ProofEvent>;
  /** The host is being connected to: before the first event. */
  connecting(): void;
  /** A line that stays. */
  note(text: string): void;
  /** Tells what the last look found, and takes the view away. May run twice. */
  finish(): void;
}

const [connect, compare, nudge, waitForExport] = ['connect', 'compare', 'nudge', 'wait for export'];

export interface ProofProgressOptions extends Omit<ProgressOptions, 'phases'> {
  /** What was asked for: the phases that are to come. */
  readonly nudges: boolean;
  readonly waits: boolean;
}

export function renderProof(out: NodeJS.WriteStream, options: ProofProgressOptions): ProofRenderer {
  const { color, clock = () => performance.now(), nudges, waits } = options;
  const colors = pc.createColors(color);
  const phases = [connect, compare, ...(nudges ? [nudge] : []), ...(waits ? [waitForExport] : [])];
  const view = showProgress(out, { phases, color, clock });
  let comparison: Comparison | undefined;
  let look = 1;
  let mostPending = 0;
  const findings = new ProofFindings(view.note, { color });

  const report = (event: ProofEvent) => {
    switch (event.type) {
      case 'comparing':
        look = event.look;
        comparison = new Comparison({ clock, expectedFiles: event.expectedFiles });
        return view.phase(compare, { facts: [...lookFacts(look), ...expectation(event)] });
      case 'progress': {
        const detail = comparison?.detail(event.totals);
        return detail && view.update({ ...detail, facts: [...lookFacts(look), ...detail.facts] });
      }
      case 'warning':
        return view.note(colors.yellow(`warning: ${visible(event.message)}`));
      case 'look':
        return findings.found(event);
      case 'nudging':
        view.phase(nudge);
        return view.update(nudgingDetail(event));
      case 'nudged':
        view.note(`asked FSx to export ${plural(event.counts.files, 'file')} of ${event.association}`);
        for (const { path, reason } of event.counts.examples)
          view.note(`  refused ${visible(path)}: ${visible(reason)}`);
        return;
      case 'waiting':
        findings.goesOn();
        mostPending = Math.max(mostPending, event.pending);
        return view.phase(waitForExport, waitingDetail(event, mostPending));
    }
  };
  return {
    report,
    connecting: () => view.phase(connect),
    note: (text) => view.note(colors.yellow(text)),
    finish: () => {
      findings.end();
      view.finish();
    },
  };
}

/** The first look is the only one, mostly. */
function lookFacts(look: number): readonly string[] {
  return look === 1 ? [] : [`look ${look}`];
}

function expectation({ expectedFiles = 0 }: Extract<ProofEvent, { type: 'comparing' }>): readonly string[] {
  return expectedFiles === 0 ? [] : [`about ${plural(expectedFiles, 'file')}`];
}

function nudgingDetail({ asked, pending }: Extract<ProofEvent, { type: 'nudging' }>): Detail {
  return {
    share: asked / pending,
    facts: [`${formatCount(asked)} of ${formatCount(pending)} entries handed to the host`],
  };
}

/** How far: by what the most of the looks left to be exported. */
function waitingDetail(
  { pending, etaMs, queueAgeSeconds }: Extract<ProofEvent, { type: 'waiting' }>,
  mostPending: number,
): Detail {
  return {
    ...(pending < mostPending && { share: 1 - pending / mostPending }),
    facts: [
      `${plural(pending, 'entry', 'entries')} still to be exported`,
      ...(queueAgeSeconds === null ? [] : [`the oldest waits ${formatDuration(queueAgeSeconds * 1000)}`]),
    ],
    etaMs,
  };
}
