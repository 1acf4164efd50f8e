/**
 * sluice-pull-failed.service: tells CloudWatch that a run failed, however it did: with failed files, without a source, killed, or not even
 * begun for want of the mount. systemd starts it (OnFailure= of sluice-pull.service).
 */
import type { PullUnitParams } from './pull-unit';

export const failedUnitName = 'sluice-pull-failed.service';

export function failedUnit({ node, agent, job }: Pick<PullUnitParams, 'node' | 'agent' | 'job'>): string {
  return `[Unit]
Description=sluice: tell CloudWatch that a pull failed

[Service]
Type=oneshot
ExecStart=${node} ${agent} tell-failure --job ${job}
TimeoutStartSec=120
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
CapabilityBoundingSet=CAP_DAC_READ_SEARCH
`;
}
