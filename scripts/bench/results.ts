/** Medians, ratios and the table: pure functions of the samples. */
import type { Kind } from './contenders';
import type { Measurement } from './measure';

export interface Sample extends Measurement {
  readonly contender: string;
  readonly kind: Kind;
  readonly tree: string;
  readonly title: string;
  readonly sizeBytes: number;
  /** Round-trip time, ms. */
  readonly distance: number;
  readonly command: string;
  /** Why the run does not count. */
  readonly wrong: string | undefined;
  readonly keepsTimes?: boolean;
  readonly keepsModes?: boolean;
}

export interface Result {
  readonly contender: string;
  readonly kind: Kind;
  readonly tree: string;
  readonly title: string;
  readonly distance: number;
  /** Those that count, and all there were. */
  readonly rounds: number;
  readonly roundsRun: number;
  /** Median of all rounds, of which those that do not count took for ever; undefined where that is for ever too. */
  readonly wallSeconds: number | undefined;
  /** Where it is, and the time limit is what ended rounds: the median is longer than this. */
  readonly overSeconds: number | undefined;
  readonly cpuSecondsPerGiB: number | undefined;
  readonly peakMiB: number | undefined;
  /** How many times as fast as the fastest peer that speaks SFTP, and as rsync. */
  readonly timesBestSftp: number | undefined;
  readonly timesRsync: number | undefined;
  /** The fastest peer was cut off: the ratio to it is larger than told. */
  readonly isAtLeast: boolean;
}

export function summarize(samples: readonly Sample[]): Result[] {
  const groups = groupBy(samples, ({ distance, tree, contender }) => `${distance}/${tree}/${contender}`);
  const plain = groups.map(summarizeGroup);
  return plain.map((result) => {
    const rivals = plain.filter(({ tree, distance }) => tree === result.tree && distance === result.distance);
    const peers = rivals.filter(({ kind }) => kind === 'sftp');
    const best = Math.min(...peers.map((peer) => peer.wallSeconds ?? peer.overSeconds ?? Number.POSITIVE_INFINITY));
    const isAtLeast = !peers.some(({ wallSeconds }) => wallSeconds === best);
    const rsync = rivals.find(({ contender }) => contender.startsWith('rsync'))?.wallSeconds;
    const own = result.wallSeconds;
    const isOurs = result.kind === 'sluice' && own !== undefined;
    return {
      ...result,
      timesBestSftp: isOurs && Number.isFinite(best) ? best / own : undefined,
      timesRsync: isOurs && rsync !== undefined ? rsync / own : undefined,
      isAtLeast,
    };
  });
}

/** Markdown, which reads well on a terminal too. */
export function resultTable(results: readonly Result[]): string {
  const number = (value: number | undefined, digits: number, unit = '') =>
    value === undefined ? '' : `${value.toFixed(digits)}${unit}`;
  const tables = groupBy(results, ({ distance, tree }) => `${distance}/${tree}`).map((group) => {
    const [{ title, distance }] = group as [Result];
    const rows = [...group]
      .sort((a, b) => (a.wallSeconds ?? Number.POSITIVE_INFINITY) - (b.wallSeconds ?? Number.POSITIVE_INFINITY))
      .map((r) => [
        r.contender,
        `${wallText(r)}${r.rounds < r.roundsRun ? ` (${r.rounds} of ${r.roundsRun} rounds)` : ''}`,
        number(r.cpuSecondsPerGiB, 2),
        number(r.peakMiB, 0),
        number(r.timesBestSftp, 2, 'x').replace(/^(?=.)/, r.isAtLeast ? 'over ' : ''),
        number(r.timesRsync, 2, 'x'),
      ]);
    const head = ['', 'wall', 'CPU s/GiB', 'MiB', 'to best SFTP peer', 'to rsync'];
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
    const where = distance === 0 ? 'loopback' : `${distance} ms`;
    return [`### ${title}, ${where}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
  });
  return tables.join('\n');
}

/** `4.20 s`, `over 180 s`, `failed`. */
export function wallText({ wallSeconds, overSeconds }: Result): string {
  if (wallSeconds !== undefined) return `${wallSeconds.toFixed(2)} s`;
  return overSeconds === undefined ? 'failed' : `over ${(Math.floor(overSeconds * 10) / 10).toFixed(1)} s`;
}

function summarizeGroup(group: readonly Sample[]): Result {
  const [first] = group as [Sample];
  const good = group.filter(({ wrong }) => wrong === undefined);
  const middle = (pick: (sample: Sample) => number | undefined) =>
    median(good.map(pick).filter((value): value is number => value !== undefined));
  const wallOf = (cutOff: (sample: Sample) => number) => {
    const walls = group.map((sample) => {
      if (sample.wrong === undefined) return sample.wallSeconds;
      return sample.exitCode === null ? cutOff(sample) : Number.POSITIVE_INFINITY;
    });
    return finite(median(walls));
  };
  const wallSeconds = wallOf(() => Number.POSITIVE_INFINITY);
  const gib = first.sizeBytes / 2 ** 30;
  return {
    contender: first.contender,
    kind: first.kind,
    tree: first.tree,
    title: first.title,
    distance: first.distance,
    rounds: good.length,
    roundsRun: group.length,
    wallSeconds,
    overSeconds: wallSeconds === undefined ? wallOf((sample) => sample.wallSeconds) : undefined,
    cpuSecondsPerGiB: gib === 0 ? undefined : middle(({ cpuSeconds }) => cpuSeconds / gib),
    peakMiB: middle(({ peakMiB }) => peakMiB),
    timesBestSftp: undefined,
    timesRsync: undefined,
    isAtLeast: false,
  };
}

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** What each contender was told to do, once: paths and ports of the run made short. Sluice's is a job file and not shown. */
export function commandList(samples: readonly Sample[]): string {
  const others = samples.filter(({ kind }) => kind !== 'sluice');
  const firsts = groupBy(others, ({ contender }) => contender).map(([first]) => first as Sample);
  return firsts.map(({ contender, command }) => `- ${contender}: \`${shortened(command)}\``).join('\n');
}

function shortened(command: string): string {
  return command
    .replace(/\/\S*\/([\w.-]+)/g, '…/$1')
    .replace(/port=\d+|-p \d+/g, (flag) => flag.replace(/\d+/, 'PORT'));
}
