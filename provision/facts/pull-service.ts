/** How the pull stands with systemd: its service, the unit that goes on after a reboot, its timer. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface PullServiceState {
  /**
   * `running`; `waiting` for its next try; `resuming` soon, the host being about to go on after a reboot; `idle`; `failed`, its last run having
   * ended badly; `absent`, the host not being provisioned.
   */
  readonly state: 'running' | 'waiting' | 'resuming' | 'idle' | 'failed' | 'absent';
  /** A run was interrupted, and the next boot goes on with it. */
  readonly isUnfinished: boolean;
  /** When the schedule starts the next run, as systemd writes it; null: there is no schedule. */
  readonly nextRun: string | null;
}

export interface PullUnits {
  readonly service: string;
  readonly resume: string;
  readonly timer: string;
  /** The file that says so while a run is unfinished. */
  readonly unfinishedMark: string;
}

export function pullService({ service, resume, timer, unfinishedMark }: PullUnits): Fact<PullServiceState> {
  const show = (name: string) => sh`systemctl show -p LoadState -p ActiveState -p SubState ${name}`;
  return {
    key: `pull-service:${service}`,
    probe: sh`echo service; ${show(service)}
echo resume; ${show(resume)}
echo system; systemctl is-system-running 2>/dev/null
echo mark; [ ! -e ${unfinishedMark} ] || echo yes
echo timers; systemctl list-timers --all --no-legend --no-pager ${timer}`,
    parse: (result) => parseState(textOf(result)),
  };
}

function parseState(text: string): PullServiceState {
  const section = (name: string) =>
    new RegExp(`^${name}\n([^]*?)(?=^(?:resume|system|mark|timers)\n|(?![^]))`, 'm').exec(text)?.[1] ?? '';
  const value = (name: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(section(name))?.[1];
  const isUnfinished = section('mark').trim() === 'yes';
  const isBooting = ['initializing', 'starting'].includes(section('system').trim());
  const isResuming = isBooting || ['active', 'activating'].includes(value('resume', 'ActiveState') ?? '');
  return {
    state: stateOf(value('service', 'LoadState'), value('service', 'ActiveState'), {
      isWaiting: value('service', 'SubState') === 'auto-restart',
      isResuming: isUnfinished && isResuming,
    }),
    isUnfinished,
    nextRun: /^\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+/.exec(section('timers').trim())?.[0] ?? null,
  };
}

function stateOf(
  loadState: string | undefined,
  activeState: string | undefined,
  { isWaiting, isResuming }: { readonly isWaiting: boolean; readonly isResuming: boolean },
): PullServiceState['state'] {
  if (loadState !== 'loaded') return 'absent';
  if (isWaiting) return 'waiting';
  if (['active', 'activating', 'deactivating', 'reloading'].includes(activeState ?? '')) return 'running';
  if (isResuming) return 'resuming';
  return activeState === 'failed' ? 'failed' : 'idle';
}
