/** How much a run takes, for how long, and how fast. Over a real OpenSSH server. */
import { readFileSync } from 'node:fs';
import type { PullEvent } from '../../../provision/pull/record/events';
import { pullSummary } from '../../../scripts/render/pull';
import { describeWith } from '../../helpers/needs';
import { usePullSite } from '../../helpers/pull-site';
import { compareTrees } from '../../helpers/pull-tree';
import { sshdNeeds } from '../../helpers/sshd';

describeWith(sshdNeeds, 'limits', () => {
  const { source, out, file, run } = usePullSite();

  test('files: so many are taken, the rest is counted, and the next runs go on', async () => {
    for (const path of ['a', 'b', 'c', 'd', 'e']) file(path);
    const first = await run({ limits: { files: 2 } });
    expect(first.report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 2, failed: 0 } });
    expect(first.report.left).toEqual({ limit: 'files', files: 3, bytes: 300, isAll: true });
    await run({ limits: { files: 2 } });
    const third = await run({ limits: { files: 2 } });
    expect(third.report.counts.filesTransferred).toBe(1);
    expect(third.report).not.toHaveProperty('left');
    expect(compareTrees(source(), out()).differences).toEqual([]);
  });

  test('bytes: never passed; a file that is larger alone is told as one that no run takes', async () => {
    file('large', 5000);
    for (const path of ['a', 'b', 'c']) file(path, 400);
    const { report } = await run({ limits: { bytes: 1000 } });
    expect(report.counts).toMatchObject({ filesTransferred: 2, bytesTransferred: 800 });
    expect(report.left).toEqual({ limit: 'bytes', files: 2, bytes: 5400, tooLarge: 1, isAll: true });
    expect(pullSummary(report)).toContain(
      '  1 of these files is larger than the limit of bytes alone: no run takes it until the limit is raised\n',
    );
    const reasons = readFileSync(report.files.taskReport ?? '', 'utf8');
    expect(reasons).toMatch(/"large".*no run takes it/);
    const second = await run({ limits: { bytes: 1000 } });
    expect(second.report.left).toEqual({ limit: 'bytes', files: 1, bytes: 5000, tooLarge: 1, isAll: true });
  });

  test('time of day: files under way wait in staging, the run is a success that tells what is left', async () => {
    for (const path of ['a', 'b']) file(path, 2_000_000);
    // A clock that stands just before the time until some of it is here.
    let time = '05:59:59.900Z';
    const clock = { now: () => Date.parse(`2026-03-01T${time}`) };
    const onEvent = (event: PullEvent) => {
      if (event.type === 'progress' && event.receivedBytes > 500_000) time = '06:00:00.000Z';
    };
    const first = await run({ limits: { until: '06:00' }, bytesPerSecond: 500_000 }, {}, { clock, onEvent });
    expect(first.report).toMatchObject({ state: 'SUCCESS', failed: [], counts: { filesTransferred: 0 } });
    expect(first.report).not.toHaveProperty('error');
    expect(first.report.left).toMatchObject({ limit: 'time', isAll: false });
    expect(first.report.left?.files).toBeGreaterThan(0);
    const second = await run();
    expect(second.report.counts.bytesResumed).toBeGreaterThan(0);
    expect(compareTrees(source(), out()).differences).toEqual([]);
  });

  test('time of day: a run that is gone on with after it connects to nothing, and is a success all the same', async () => {
    file('a');
    const clock = { now: () => Date.parse('2026-03-02T06:02:00Z') };
    const begunAtMs = Date.parse('2026-03-01T22:00:00Z');
    const { report, events } = await run({ limits: { until: '06:00' } }, {}, { clock, begunAtMs });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 0 }, left: { limit: 'time' } });
    expect(events.map(({ type }) => type)).not.toContain('connections');
    const next = await run({ limits: { until: '06:00' } }, {}, { clock });
    expect(next.report.counts.filesTransferred).toBe(1);
  });

  test('bytesPerSecond holds over several connections: never faster', async () => {
    for (const path of ['a', 'b', 'c', 'd']) file(path, 300_000);
    const began = performance.now();
    const { report } = await run({ bytesPerSecond: 600_000 }, { connections: 3 });
    expect(report.counts.bytesTransferred).toBe(1_200_000);
    expect(performance.now() - began).toBeGreaterThan(1900);
  });
});
