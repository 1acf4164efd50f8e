/** A command that asks every host its checks, prints the findings and ends with 0 only where all are good. */
import type { Connection } from '../../provision/connection/connection';
import type { SluiceError } from '../../provision/core/errors';
import type { Finding } from '../../provision/diagnosis/check';
import type { CliContext } from '../context';
import { curedFor } from '../for-config';
import { usesColor } from '../render/color';
import { renderFindings } from '../render/findings';
import type { HostOptions } from './host-options';
import type { HostProject } from './host-project';
import { exitCodeOfLooks, lookAtHosts } from './look-at-hosts';

interface FindingsCommand {
  readonly project: HostProject;
  readonly options: HostOptions & { readonly json?: true };
  readonly look: (connection: Connection) => Promise<readonly Finding[]>;
}

export async function reportFindings(context: CliContext, { project, options, look }: FindingsCommand): Promise<void> {
  const looks = await lookAtHosts(context, { hosts: await project.hosts(), forks: options.forks, look });
  for (const { host, found } of looks) {
    const findings = curedFor(context, 'result' in found ? found.result : [cannotLogIn(found.error)]);
    context.stdout.write(
      options.json === true
        ? `${JSON.stringify({ host, ok: areGood(findings), findings })}\n`
        : renderFindings(host, findings, { color: usesColor(context, context.stdout) }),
    );
  }
  context.setExitCode(exitCodeOfLooks(looks, areGood));
}

export function areGood(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status === 'ok');
}

function cannotLogIn({ message, hint }: SluiceError): Finding {
  return { check: 'log in', status: 'problem', detail: message, ...(hint === undefined ? {} : { cure: hint }) };
}
