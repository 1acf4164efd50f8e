import fc from 'fast-check';
import type { PullEvent, PullEventBody } from '../../../provision/pull/record/events';
import type { Outcome } from '../../../provision/pull/record/outcomes';
import { Tally } from '../../../provision/pull/record/tally';
import { RunAggregate } from '../../../scripts/report/run-aggregate';
import { anyOutcome } from '../../helpers/outcomes';

const startMs = Date.parse('2026-06-01T12:00:00Z');

function event(atMs: number, body: PullEventBody): PullEvent {
  return { time: new Date(startMs + atMs).toISOString(), ...body };
}

function aggregated(events: readonly PullEvent[]) {
  const run = new RunAggregate({ entryBytes: 100_000, directories: 100 });
  for (const each of events) run.add(each);
  return run.result();
}

function ofOutcomes(outcomes: readonly Outcome[]) {
  return aggregated(outcomes.map((outcome) => event(0, { type: 'entry', outcome })));
}

describe('what a run adds up to', () => {
  test('its counts are those of the report, whatever the outcomes', () => {
    fc.assert(
      fc.property(fc.array(anyOutcome, { maxLength: 200 }), (outcomes) => {
        const tally = new Tally();
        for (const outcome of outcomes) tally.add(outcome);
        const { excluded: _excluded, verifiedAtEnd: _verified, ...counts } = tally.counts();
        expect(ofOutcomes(outcomes).counts).toEqual(counts);
      }),
    );
  });

  test('every plot tells of the same files and bytes', () => {
    fc.assert(
      fc.property(fc.array(anyOutcome, { maxLength: 200 }), (outcomes) => {
        const { counts, sizes, tree, entries } = ofOutcomes(outcomes);
        const files = counts.filesTransferred + counts.filesUnchanged;
        const bytes = counts.bytesTransferred + counts.bytesUnchanged;
        expect({ files: sizes.count, bytes: sizes.sum }).toEqual({ files, bytes });
        expect({ files: tree.files, bytes: tree.bytes }).toEqual({ files, bytes });
        expect(sizes.bins.reduce((sum, { count }) => sum + count, 0)).toBe(files);
        expect(sizes.bins.reduce((sum, bin) => sum + bin.sum, 0)).toBe(bytes);
        expect(entries.totals).toMatchObject({ failed: counts.failed, skipped: counts.skipped });
        expect(entries.failuresByCode.reduce((sum, { count }) => sum + count, 0)).toBe(counts.failed);
      }),
    );
  });

  test('phases last until the next one, the last one until the end', () => {
    const { states, durationMs, startedAt } = aggregated([
      event(0, { type: 'state', state: 'LAUNCHING' }),
      event(300, { type: 'state', state: 'TRANSFERRING' }),
      event(900, { type: 'state', state: 'SUCCESS' }),
    ]);
    expect(states).toEqual([
      { state: 'LAUNCHING', fromMs: 0, toMs: 300 },
      { state: 'TRANSFERRING', fromMs: 300, toMs: 900 },
      { state: 'SUCCESS', fromMs: 900, toMs: 900 },
    ]);
    expect({ durationMs, startedAt }).toEqual({ durationMs: 900, startedAt: '2026-06-01T12:00:00.000Z' });
  });

  test('connections: how many at a time, and what went wrong with them', () => {
    const { connections } = aggregated([
      event(0, { type: 'connections', change: 'opened', connections: 1 }),
      event(10, { type: 'connections', change: 'opened', connections: 2 }),
      event(20, { type: 'connections', change: 'lost', connections: 1 }),
      event(30, { type: 'connections', change: 'limited', connections: 1, reason: 'no more' }),
    ]);
    expect({ lost: connections.lost, limited: connections.limited }).toEqual({ lost: 1, limited: 1 });
    expect(connections.samples.map((sample) => sample.connections)).toEqual([1, 2, 1, 1]);
  });

  test('the largest files, in order of size', () => {
    const sizes = [5, 80, 3, 7, 100, 1, 9, 60, 2, 4, 11, 12, 13];
    const outcomes = sizes.map(
      (sizeBytes): Outcome => ({ kind: 'unchanged', path: `${sizeBytes}`, sizeBytes, modeChanged: false }),
    );
    const expected = [100, 80, 60, 13, 12, 11, 9, 7, 5, 4];
    expect(ofOutcomes(outcomes).largest.map(({ sizeBytes }) => sizeBytes)).toEqual(expected);
  });

  test('latencies are told where the events tell how long a file took, and only of those files', () => {
    const file = { kind: 'transferred', sizeBytes: 1, sha256: '', resumedBytes: 0, attempts: 1 } as const;
    const timed: Outcome & { readonly durationMs: number } = { ...file, path: 'a', durationMs: 800 };
    const { latencies } = ofOutcomes([timed, { ...file, path: 'b' }]);
    expect({ count: latencies.count, max: latencies.max }).toEqual({ count: 1, max: 800 });
  });
});
