/** The host's clock, and whether anything keeps it right (timedatectl(1)). */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface HostClock {
  readonly epochSeconds: number;
  /** By NTP or another time service; null where systemd does not say. */
  readonly synchronized: boolean | null;
}

export const hostClock: Fact<HostClock> = {
  key: 'clock',
  // systemd 219 (Amazon Linux 2) says "NTP synchronized", later ones "System clock synchronized"; `timedatectl show` came in between.
  probe: sh`date +%s; timedatectl status 2>/dev/null | grep -i synchronized || true`,
  parse: (result) => {
    const [seconds = '', synchronized = ''] = textOf(result).split('\n');
    const answer = /synchronized: (yes|no)/.exec(synchronized)?.[1];
    return { epochSeconds: Number(seconds), synchronized: answer === undefined ? null : answer === 'yes' };
  },
};
