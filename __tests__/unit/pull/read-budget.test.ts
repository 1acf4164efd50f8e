import fc from 'fast-check';
import { ReadBudget } from '../../../provision/pull/sftp/read-budget';

const MiB = 1024 * 1024;
const readBytes = 255 * 1024;

interface Line {
  readonly roundTripMs: number;
  readonly bytesPerMs: number;
}

/** READs in turn over a line that brings so much and no more, each answered no sooner than after a round trip. */
function simulate(mostBytes: number) {
  let nowMs = 0;
  let line: Line = { roundTripMs: 0, bytesPerMs: 0 };
  let freeAtMs = 0;
  const due: number[] = [];
  const budget = new ReadBudget({ mostBytes, roundTripMs: () => line.roundTripMs, now: () => nowMs });
  const ask = () => {
    freeAtMs = Math.max(freeAtMs, nowMs + line.roundTripMs) + readBytes / line.bytesPerMs;
    due.push(freeAtMs);
  };
  const answer = () => {
    nowMs = Math.max(nowMs, due.shift() ?? nowMs);
    budget.give(readBytes);
  };
  return {
    budget,
    /** Asks as the budget allows; returns the bytes that came, and the most that was asked for, in the latter half of the time. */
    run(over: Line, durationMs: number) {
      line = over;
      const [halfMs, endMs] = [nowMs + durationMs / 2, nowMs + durationMs];
      let bytes = 0;
      let mostAsked = 0;
      while (nowMs < endMs) {
        while (budget.take(readBytes)) ask();
        if (due.length === 0) throw new Error('nothing may be asked for');
        if (nowMs > halfMs) mostAsked = Math.max(mostAsked, budget.askedBytes);
        answer();
        if (nowMs > halfMs) bytes += readBytes;
      }
      return { bytesPerMs: bytes / (endMs - halfMs), mostAsked };
    },
    /** One READ at a time, as where the files are small. */
    runOneByOne(over: Line, durationMs: number) {
      line = over;
      while (due.length > 0) answer();
      for (const endMs = nowMs + durationMs; nowMs < endMs; ) {
        if (budget.take(readBytes)) ask();
        answer();
      }
    },
  };
}

describe('what is asked for at one time', () => {
  test('fills the line, whatever it brings and however far it goes, and keeps no more waiting than it carries', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 250, noNaN: true }),
        fc.double({ min: 2, max: 500, noNaN: true }),
        (roundTripMs, mibPerSecond) => {
          const bytesPerMs = (mibPerSecond * MiB) / 1000;
          const line = simulate(1024 * MiB);
          const { bytesPerMs: brought, mostAsked } = line.run({ roundTripMs, bytesPerMs }, 60_000);
          expect(brought / bytesPerMs).toBeGreaterThan(0.95);
          expect(mostAsked).toBeLessThanOrEqual(Math.max(4 * MiB, 1.6 * bytesPerMs * (roundTripMs + 10)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is never more than memory may hold', () => {
    const { mostAsked } = simulate(40 * MiB).run({ roundTripMs: 200, bytesPerMs: MiB }, 10_000);
    expect(mostAsked).toBeLessThanOrEqual(40 * MiB);
    expect(mostAsked).toBeGreaterThan(39 * MiB);
  });

  test('follows the line: less where it brings less than before, more where it brings more', () => {
    const line = simulate(1024 * MiB);
    const [fast, slow] = [
      { roundTripMs: 100, bytesPerMs: 0.3 * MiB },
      { roundTripMs: 100, bytesPerMs: 0.05 * MiB },
    ];
    expect(line.run(fast, 10_000).mostAsked).toBeGreaterThan(40 * MiB);
    expect(line.run(slow, 10_000).mostAsked).toBeLessThan(10 * MiB);
    expect(line.run(fast, 10_000).bytesPerMs / fast.bytesPerMs).toBeGreaterThan(0.95);
  });

  test('what was asked for in vain tells nothing of the line', () => {
    const line = simulate(1024 * MiB);
    const over = { roundTripMs: 100, bytesPerMs: 0.1 * MiB };
    const { mostAsked } = line.run(over, 10_000);
    line.budget.force(500 * MiB);
    line.budget.giveUp(500 * MiB);
    expect(line.run(over, 1_000).mostAsked).toBeLessThan(1.2 * mostAsked);
  });

  test('does not shrink while less is wanted: a large file after many small ones finds what the last one found', () => {
    const line = simulate(1024 * MiB);
    const over = { roundTripMs: 100, bytesPerMs: 0.3 * MiB };
    const { mostAsked } = line.run(over, 10_000);
    line.runOneByOne(over, 10_000);
    let asked = 0;
    while (line.budget.take(readBytes)) asked += readBytes;
    expect(asked).toBeGreaterThan(0.9 * mostAsked);
  });
});
