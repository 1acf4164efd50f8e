import fc from 'fast-check';
import { Pace } from '../../../provision/pull/sftp/pace';

/** A clock that only moves when somebody sleeps on it, and then a little too far, as timers do. */
function slowClock(lateMs: number) {
  let ms = 0;
  return {
    now: () => ms,
    sleep: async (durationMs: number) => {
      ms += durationMs + lateMs;
    },
  };
}

describe('bytesPerSecond', () => {
  test('is met to 5% over ten seconds, whatever the reads, the connections and the timers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20_000, max: 20_000_000 }),
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
        async (rate, lateMs, shares) => {
          const clock = slowClock(lateMs);
          const pace = new Pace(rate, clock);
          let bytes = 0;
          for (let index = 0; clock.now() < 10_000; index += 1) {
            const share = shares[index % shares.length] ?? 1;
            const length = Math.max(1, Math.floor(Math.min(pace.mostBytes, 261_120) * share));
            await pace.take(length);
            bytes += length;
          }
          const wanted = (rate * clock.now()) / 1000;
          expect(bytes / wanted).toBeGreaterThan(0.95);
          expect(bytes / wanted).toBeLessThan(1.05);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('who asks first goes first, and nobody twice before the others', async () => {
    const pace = new Pace(1000, slowClock(0));
    const order: string[] = [];
    const ask = (who: string) => pace.take(100).then(() => order.push(who));
    await Promise.all([ask('a1'), ask('b1'), ask('c1'), ask('a2'), ask('b2'), ask('c2')]);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  test('a run that is stopped stops waiting, for those behind too', async () => {
    let isStopped = false;
    const pace = new Pace(1000, {
      now: () => 0,
      sleep: () => (isStopped ? Promise.reject(new Error('stopped')) : Promise.resolve()),
    });
    isStopped = true;
    await expect(pace.take(10)).rejects.toThrow('stopped');
    await expect(pace.take(10)).rejects.toThrow('stopped');
  });
});
