/** The clock of this machine is set while a run is under way. */
import { describeWith } from '../../helpers/needs';
import { usePullSite } from '../../helpers/pull-site';
import { sshdNeeds } from '../../helpers/sshd';

describeWith(sshdNeeds, 'the clock of this machine', () => {
  const { file, run } = usePullSite();

  test('set back during a run takes nothing off its duration', async () => {
    file('a');
    let isSetBack = false;
    const clock = { now: () => Date.now() - (isSetBack ? 3_600_000 : 0) };
    const onEvent = () => {
      isSetBack = true;
    };
    const { report, events } = await run({}, {}, { clock, onEvent });
    const progress = events.filter((event) => event.type === 'progress').map(({ elapsedMs }) => elapsedMs);
    for (const ms of [report.durationMs, ...progress, ...Object.values(report.stateDurationsMs)])
      expect(ms).toBeGreaterThanOrEqual(0);
  });
});
