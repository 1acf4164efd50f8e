/**
 * sluice-pull.service. It runs as root, because a pull preserves owners and FSx exports them, but may write nowhere but the mount
 * and its own state. Amazon Linux 2 (systemd 219) ignores the directives that are newer than it is, and `Type=exec` is `simple` there. The mount starts
 * the tuning of a large host and does not wait for it, so the pull does.
 */
import { tuningUnitName } from './tuning';

export const pullUnitName = 'sluice-pull.service';

export interface PullUnitParams {
  readonly node: string;
  readonly agent: string;
  readonly job: string;
  readonly mountPoint: string;
  readonly stateDirectory: string;
}

export function pullUnit(params: PullUnitParams): string {
  const { node, agent, job, mountPoint, stateDirectory } = params;
  return `[Unit]
Description=sluice: pull from the SFTP source into ${mountPoint}
After=network-online.target ${tuningUnitName}
Wants=network-online.target
RequiresMountsFor=${mountPoint}

[Service]
Type=exec
ExecStart=${node} ${agent} run --job ${job}
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
