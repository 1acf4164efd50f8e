/** What the benchmark makes of its samples. */
import { chart } from '../../../../scripts/bench/chart';
import { versionsOf } from '../../../../scripts/bench/contenders';
import { resultTable, type Sample, summarize } from '../../../../scripts/bench/results';

type Round = number | 'failed' | 'cut off';

const limitSeconds = 180;

function sample(contender: string, round: Round): Sample {
  const isTimed = typeof round === 'number';
  return {
    contender,
    kind: contender === 'sluice' ? 'sluice' : 'sftp',
    tree: 'small',
    title: 'small files',
    sizeBytes: 2 ** 30,
    distance: 0,
    command: contender,
    wallSeconds: isTimed ? round : round === 'failed' ? 0.1 : limitSeconds,
    cpuSeconds: 1,
    peakMiB: 10,
    exitCode: isTimed ? 0 : round === 'failed' ? 1 : null,
    output: '',
    wrong: isTimed ? undefined : round,
  };
}

const summaryOf = (...rounds: readonly Round[]) => summarize(rounds.map((round) => sample('lftp', round)))[0];

test.each([
  [[10, 14, 12], { wallSeconds: 12, overSeconds: undefined, rounds: 3 }],
  [[10, 'failed', 12], { wallSeconds: 12, overSeconds: undefined, rounds: 2 }],
  [[10, 'cut off', 12, 14], { wallSeconds: 13, overSeconds: undefined, rounds: 3 }],
  [[10, 'cut off', 'cut off'], { wallSeconds: undefined, overSeconds: limitSeconds, rounds: 1 }],
  [['cut off', 'cut off'], { wallSeconds: undefined, overSeconds: limitSeconds, rounds: 0 }],
  [[10, 'failed', 'failed'], { wallSeconds: undefined, overSeconds: undefined, rounds: 1 }],
] as const)('the median of %j: what failed or was cut off is the slowest', (rounds, expected) => {
  expect(summaryOf(...rounds)).toMatchObject({ ...expected, roundsRun: rounds.length });
});

test('the table says of how many rounds a time is, where some are missing', () => {
  const samples = [sample('sluice', 2), sample('sluice', 2), sample('lftp', 10), sample('lftp', 'cut off')];
  const table = resultTable(summarize([...samples, sample('lftp', 12)]));
  expect(table).toContain('| lftp | 12.00 s (2 of 3 rounds) |');
  expect(table).toContain('| sluice | 2.00 s |');
});

test('a chart of nothing but failures has no number that is none', () => {
  const drawn = chart(summarize([sample('lftp', 'failed')]), '');
  expect(drawn).not.toContain('NaN');
  expect(drawn).toContain('>failed<');
});

test('a tool that is not installed has no version', () => {
  expect(versionsOf(['no-such-tool-of-sluice'])).toEqual([]);
});
