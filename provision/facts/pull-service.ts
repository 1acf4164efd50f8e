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
  const show = (name: string) => sh`systemctl show -p LoadState -p ActiveState -p SubState -p Job ${name}`;
  return {
    key: `pull-service:${service}`,
    // The service after what starts it: one that began in between is then seen.
    probe: sh`echo mark; [ ! -e ${unfinishedMark} ] || echo yes
echo system; systemctl is-system-running 2>/dev/null
echo resume; ${show(resume)}
echo service; ${show(service)}
echo timers; systemctl list-timers --all --no-legend --no-pager ${timer} || true`,
    parse: (result) => parseState(textOf(result)),
  };
}

/** What systemd says while it goes down or comes up; nothing where it does not answer any more, or not yet. */
const betweenBoots = ['stopping', 'offline', 'unknown', '', 'initializing', 'starting'];

function parseState(text: string): PullServiceState {
  const section = (name: string) =>
    new RegExp(`^${name}\n([^]*?)(?=^(?:system|resume|service|timers)\n|(?![^]))`, 'm').exec(text)?.[1] ?? '';
  const value = (name: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(section(name))?.[1] ?? '';
  const isUnfinished = section('mark').trim() === 'yes';
  const willResume =
    betweenBoots.includes(section('system').trim()) ||
    ['active', 'activating'].includes(value('resume', 'ActiveState'));
  return {
    state: stateOf({
      loadState: value('service', 'LoadState'),
      activeState: value('service', 'ActiveState'),
      isWaiting: value('service', 'SubState') === 'auto-restart',
      // Between the wait and the next try it is inactive for a moment, with its start queued.
      isQueued: !['', '0'].includes(value('service', 'Job')),
      isResuming: isUnfinished && willResume,
    }),
    isUnfinished,
    nextRun: /^\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+/.exec(section('timers').trim())?.[0] ?? null,
  };
}

function stateOf(service: {
  readonly loadState: string;
  readonly activeState: string;
  readonly isWaiting: boolean;
  readonly isQueued: boolean;
  readonly isResuming: boolean;
}): PullServiceState['state'] {
  const isLoaded = service.loadState === 'loaded';
  if (isLoaded && service.isWaiting) return 'waiting';
  if (isLoaded && service.isQueued) return 'running';
  if (['active', 'activating', 'deactivating', 'reloading'].includes(service.activeState)) return 'running';
  if (service.isResuming) return 'resuming';
  if (!isLoaded) return 'absent';
  return service.activeState === 'failed' ? 'failed' : 'idle';
}
