/**
 * sluice-pull.service. It runs as root, because a pull preserves owners and FSx exports them, but may write nowhere but the mount
 * and its own state. Amazon Linux 2 (systemd 219) ignores the directives that are newer than it is, and `Type=exec` is `simple` there. The mount starts
 * the tuning of a large host and does not wait for it, so the pull does.
 *
 * What ends without a word (killed, out of memory) and what another try may mend (exit code 75, a lost source) is started again; how
 * often is the agent's to say (`supervision.ts`): systemd's own limit would count the starts of a busy schedule too.
 */
import type { Migration } from '../../config/schema';
import { exitTemporaryFailure } from '../pull/supervision';
import { tuningUnitName } from './tuning';

export const pullUnitName = 'sluice-pull.service';

/**
 * Less room for garbage than V8 takes: young objects get 8 MiB (Node.js 24 lets them have 45 MiB more than version 20 did), and what is old is
 * collected at two and a half times what is alive, where it may be four times. A pull is no slower for it, and far from its server takes 70 MiB less.
 */
export const heapFlags = ['--max-semi-space-size=8', '--heap-growing-percent=150'];

/**
 * Of glibc's malloc(3), by mallopt(3): what is free at the heap's end stays up to 64 MiB, and what is under 1 MiB comes from the heap. Else each reply's
 * memory goes back to the system when it is freed, and comes anew, page by page: 3% of the time of one large file.
 */
export const allocatorSettings = ['MALLOC_TRIM_THRESHOLD_=67108864', 'MALLOC_MMAP_THRESHOLD_=1048576'];

export interface PullUnitParams {
  readonly node: string;
  readonly agent: string;
  readonly job: string;
  readonly mountPoint: string;
  readonly stateDirectory: string;
  readonly os: Migration['host']['os'];
  readonly resources: Migration['pull']['resources'];
  /** Started where a run fails, however it does; null: nobody is told. */
  readonly onFailure: string | null;
}

export function pullUnit(params: PullUnitParams): string {
  const { node, agent, job, mountPoint, stateDirectory, os, resources, onFailure } = params;
  return `[Unit]
Description=sluice: pull from the SFTP source into ${mountPoint}
After=network-online.target ${tuningUnitName}
Wants=network-online.target
RequiresMountsFor=${mountPoint}
${onFailure === null ? '' : `OnFailure=${onFailure}\n`}
[Service]
Type=exec
Environment=${allocatorSettings.join(' ')}
ExecStart=${node} --max-old-space-size=${Math.floor(resources.memoryMiB / 2)} ${heapFlags.join(' ')} ${agent} run --job ${job} --supervised
Restart=on-abnormal
RestartForceExitStatus=${exitTemporaryFailure}
RestartSec=120
StartLimitInterval=0
SuccessExitStatus=130
${limitLines(os, resources).join('\n')}
WorkingDirectory=${stateDirectory}
UMask=0022
KillMode=mixed
TimeoutStopSec=30
LimitNOFILE=65536
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=${mountPoint} ${stateDirectory}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
LockPersonality=yes
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID
`;
}

/**
 * systemd.resource-control(5). What was written and is not yet stored counts as memory of the unit: from MemoryHigh on the agent waits for
 * the file system. Amazon Linux 2's systemd has the older names, and no MemoryHigh.
 */
function limitLines(
  os: PullUnitParams['os'],
  { memoryMiB, cpuPercent, cpuWeight }: PullUnitParams['resources'],
): string[] {
  const quota = cpuPercent === undefined ? [] : [`CPUQuota=${cpuPercent}%`];
  // A weight of 100 is 1024 shares.
  if (os === 'amazon-linux-2')
    return [`MemoryLimit=${memoryMiB}M`, `CPUShares=${Math.max(2, Math.round(cpuWeight * 10.24))}`, ...quota];
  return [`MemoryMax=${memoryMiB}M`, `MemoryHigh=${Math.floor(memoryMiB * 0.8)}M`, `CPUWeight=${cpuWeight}`, ...quota];
}
