/** A run's folder as the agent leaves it, of any number of entries, without a pull: the same seed gives the same run. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '../../provision/pull/job/settings';
import type { PullEvent, PullEventBody } from '../../provision/pull/record/events';
import type { Outcome } from '../../provision/pull/record/outcomes';
import type { PullReport } from '../../provision/pull/record/report';
import { Tally } from '../../provision/pull/record/tally';

const startMs = Date.parse('2026-11-20T22:15:00.000Z');

export interface SyntheticRun {
  readonly entries: number;
  /** Mean of the run, which wavers around it. */
  readonly bytesPerSecond: number;
  /** Every so many entries one fails, is skipped, is tried again; 0 for never. */
  readonly troubleEvery: number;
  /** How much later than the first of a series it starts. */
  readonly startsAfterMs?: number;
  /** Leaves no report.json and half a last line, as a killed agent does. */
  readonly isKilled?: boolean;
  /** Entries put before all others. */
  readonly first?: readonly Outcome[];
  /** The path at the source. Default `/outgoing`. */
  readonly sourcePath?: string;
  /** The path of the destination. Default `/fsx/nasdaq`. */
  readonly destinationPath?: string;
}

/** @returns The run's folder beneath `stateDirectory`. */
export function writeSyntheticRun(stateDirectory: string, run: SyntheticRun): string {
  const startedAtMs = startMs + (run.startsAfterMs ?? 0);
  const name = `${new Date(startedAtMs).toISOString().replace(/[:.]/g, '-')}-4711`;
  const folder = join(stateDirectory, 'runs', name);
  mkdirSync(folder, { recursive: true });
  const fd = openSync(join(folder, 'events.ndjson'), 'w');
  const tally = new Tally();
  let pending: string[] = [];
  const emit = (atMs: number, body: PullEventBody) => {
    const event: PullEvent = { time: new Date(startedAtMs + atMs).toISOString(), ...body };
    pending.push(`${JSON.stringify(event)}\n`);
    if (pending.length < 4096) return;
    writeSync(fd, pending.join(''));
    pending = [];
  };
  emit(0, { type: 'state', state: 'LAUNCHING' });
  emit(1500, { type: 'connections', change: 'opened', connections: 1 });
  emit(1600, { type: 'state', state: 'TRANSFERRING' });
  for (const outcome of run.first ?? []) {
    tally.add(outcome);
    emit(0, { type: 'entry', outcome });
  }
  const random = randomFrom(run.entries);
  const listing = randomFrom(run.entries);
  let listed = 0;
  let atMs = 2000;
  let nextProgressMs = 0;
  for (let index = 0; index < run.entries; index += 1) {
    const outcome = outcomeOf(index, run.troubleEvery, random);
    tally.add(outcome);
    // The walk is ahead of the transfers, as in life.
    for (; listed < Math.min(run.entries, 2000 + index * 2.5); listed += 1) {
      const ahead = outcomeOf(listed, run.troubleEvery, listing);
      if ('sizeBytes' in ahead) tally.listed(ahead.sizeBytes);
    }
    if (outcome.kind === 'transferred') {
      const waver = 1 + 0.25 * Math.sin(atMs / 20_000) + 0.2 * Math.sin(atMs / 7_300);
      atMs += (outcome.sizeBytes / (run.bytesPerSecond * waver)) * 1000;
      tally.received(outcome.sizeBytes - outcome.resumedBytes);
    }
    emit(atMs, { type: 'entry', outcome });
    if (atMs > nextProgressMs) {
      emit(atMs, { type: 'progress', ...tally.progress(Math.round(atMs)) });
      nextProgressMs = atMs + 1000;
    }
    if (index > 0 && index < 8) emit(atMs, { type: 'connections', change: 'opened', connections: index });
  }
  if (run.isKilled === true) {
    writeSync(fd, `${pending.join('')}{"time":"2026-11-20T2`);
    closeSync(fd);
    return folder;
  }
  emit(atMs, { type: 'progress', ...tally.progress(Math.round(atMs)) });
  emit(atMs, { type: 'state', state: 'VERIFYING' });
  const durationMs = Math.round(atMs * 1.04);
  emit(durationMs, { type: 'progress', ...tally.progress(durationMs) });
  const state = tally.failures.length === 0 ? 'SUCCESS' : 'ERROR';
  emit(durationMs, { type: 'state', state });
  writeSync(fd, pending.join(''));
  closeSync(fd);
  const report: PullReport = {
    version: 1,
    state,
    startedAt: new Date(startedAtMs).toISOString(),
    endedAt: new Date(startedAtMs + durationMs).toISOString(),
    durationMs,
    stateDurationsMs: {
      LAUNCHING: 1600,
      TRANSFERRING: Math.round(atMs) - 1600,
      VERIFYING: durationMs - Math.round(atMs),
    },
    source: {
      host: 'sftp.vendor.example',
      port: 22,
      username: 'market-data',
      hostKeys: [`SHA256:${'A'.repeat(43)}`],
      path: run.sourcePath ?? '/outgoing',
      connections: 8,
    },
    destination: {
      path: run.destinationPath ?? '/fsx/nasdaq',
      stagingPath: '/fsx/.sluice-staging',
      mount: { mountPoint: '/fsx', fsType: 'lustre' },
      keyPrefix: 'nasdaq/',
    },
    options: defaultSettings,
    counts: tally.counts(),
    failed: tally.failures,
    skipped: tally.skipped,
    files: {
      report: `/var/lib/sluice/runs/${name}/report.json`,
      events: `/var/lib/sluice/runs/${name}/events.ndjson`,
      manifest: `/var/lib/sluice/runs/${name}/manifest.sha256`,
    },
    versions: { sluice: '0.1.0', node: 'v16.20.2' },
  };
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  return folder;
}

const feeds = ['itch', 'ouch', 'totalview', 'reference', 'corporate actions', 'indices', 'funds'];
const symbols = ['AAPL', 'AMD', 'AMZN', 'AVGO', 'COST', 'GOOG', 'INTC', 'META', 'MSFT', 'NFLX', 'NVDA', 'PEP', 'TSLA'];

function outcomeOf(index: number, troubleEvery: number, random: () => number): Outcome {
  // Few feeds hold most of it, as in life: the square of a uniform number leans to the first.
  const feed = feeds[Math.floor(random() ** 2 * feeds.length)] ?? '';
  const symbol = symbols[Math.floor(random() * symbols.length)] ?? '';
  const day = `${2019 + Math.floor(random() ** 0.5 * 7)}/${String(1 + Math.floor(random() * 12)).padStart(2, '0')}`;
  const path = `${feed}/${day}/${symbol}/${symbol}-${String(index).padStart(7, '0')}.csv.gz`;
  const exponent = 6 + 5 * (random() + random() + random() + random()) + (random() < 0.02 ? 6 * random() : 0);
  const sizeBytes = random() < 0.01 ? 0 : Math.floor(2 ** exponent);
  const trouble = troubleEvery === 0 ? 0 : index % (troubleEvery * 5);
  if (trouble === troubleEvery * 5 - 1) {
    const hint = 'Ask the owner of the source for read permission.';
    return { kind: 'failed', path, code: 'PERMISSION_DENIED', reason: `${path}: Permission denied`, hint };
  }
  if (trouble === troubleEvery * 4 - 1) {
    return { kind: 'failed', path, code: 'CHANGED_WHILE_READ', reason: 'it changed while it was read, 3 times' };
  }
  if (trouble === troubleEvery * 3 - 1) return { kind: 'skipped', path, reason: 'it is a named pipe' };
  if (trouble === troubleEvery * 2 - 1) return { kind: 'directory', path: path.slice(0, -7), created: true };
  if (index % 900 === 41 && troubleEvery > 0) return { kind: 'removed', path, sizeBytes, what: 'file' };
  if (index % 7 === 3) return { kind: 'unchanged', path, sizeBytes, modeChanged: index % 700 === 3 };
  const attempts = trouble === troubleEvery - 1 ? 2 : 1;
  const resumedBytes = index % 5000 === 17 ? Math.floor(sizeBytes / 2) : 0;
  const sha256 = index.toString(16).padStart(64, '0');
  const durationMs = Math.round(20 + sizeBytes / 20_000 + (index % 13) * 7);
  return { kind: 'transferred', path, sizeBytes, sha256, resumedBytes, attempts, durationMs };
}

/** Numbers in [0, 1) (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
