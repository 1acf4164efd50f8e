/** What a provisioned host does: its unit's last run, its disk, its clock. */
import { formatBytes } from '../core/units';
import { hostClock } from '../facts/clock';
import { diskSpace } from '../facts/disk';
import { type UnitRun, unitRun } from '../facts/unit-run';
import { type Check, ok, problem } from './check';

export function lastRunCheck(unit: string): Check {
  return {
    name: `last run of ${unit}`,
    async look(facts) {
      const { activeState, waitsForNextTry, result, lastExit } = await facts.get(unitRun(unit));
      const how = lastExit === null ? result : `${result}, exit status ${lastExit.status}, ${lastExit.at}`;
      const cure = 'npx sluice pull status says why and what to do; npx sluice pull logs, what came before';
      if (waitsForNextTry) return problem(`it failed, and is tried again by itself: ${how}`, cure);
      if (['active', 'activating', 'deactivating', 'reloading'].includes(activeState)) return ok('it runs now');
      if (activeState !== 'failed' && result === 'success')
        return ok(lastExit === null ? 'it never ran since the host booted' : endedWell(lastExit));
      return problem(`it failed: ${how}`, cure);
    },
  };
}

/** systemd's `success` is more than a status of 0: a run that was stopped ends with another one, and did not fail. */
function endedWell({ status, at }: NonNullable<UnitRun['lastExit']>): string {
  if (status === 0) return `it ended well, ${at}`;
  return `it was stopped, or its failure reset since: exit status ${status}, ${at}`;
}

/** Enough for an agent, a Node.js of 100 MB, events and reports. */
const neededBytes = 512 * 1024 * 1024;
const neededInodes = 1_000;

/** `path` is on the host's own disk. */
export function diskCheck(path: string): Check {
  return {
    name: `disk at ${path}`,
    async look(facts) {
      const { availableBytes, availableInodes, sizeBytes } = await facts.get(diskSpace(path));
      const found = `${formatBytes(availableBytes)} of ${formatBytes(sizeBytes)} free`;
      const cure = `make room (du -xh ${path} | sort -h | tail), or enlarge the root volume`;
      if (availableBytes < neededBytes) return problem(`${found}, ${formatBytes(neededBytes)} are needed`, cure);
      if (availableInodes !== null && availableInodes < neededInodes)
        return problem(`${found}, but only ${availableInodes} inodes`, cure);
      return ok(found);
    },
  };
}

/** AWS refuses requests that are signed more than five minutes off (Signature Version 4); probes may take a minute of it. */
const toleratedSeconds = 120;

/** `nowMs` is the operator's clock. */
export function clockCheck(nowMs: () => number): Check {
  return {
    name: 'clock',
    async look(facts) {
      const { epochSeconds, synchronized } = await facts.get(hostClock);
      const offset = Math.round(epochSeconds - nowMs() / 1_000);
      const service = { true: ', kept by a time service', false: ', kept by no time service', null: '' }[
        `${synchronized}`
      ];
      if (Math.abs(offset) <= toleratedSeconds) return ok(`right to the minute${service}`);
      return problem(
        `${Math.abs(offset)} s ${offset > 0 ? 'ahead of' : 'behind'} this machine's${service}: AWS refuses what it signs`,
        'start chronyd on the host (it finds 169.254.169.123, Amazon Time Sync); or mend the clock here',
      );
    },
  };
}
