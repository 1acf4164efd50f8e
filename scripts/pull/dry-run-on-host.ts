/** What a run on the host would do, by the agent there: with its credentials, against what lies on its file system. */
import type { Connection } from '../../provision/connection/connection';
import { sh } from '../../provision/core/sh';
import type { DryRunReport, PlannedAction } from '../../provision/pull/dry-run-report';
import { ec2Layout, hostPaths } from '../../provision/roles/layout';
import { agentFailure, agentLines } from './agent-on-host';

export interface DryRunOptions {
  readonly onAction: (action: PlannedAction) => void;
  readonly signal: AbortSignal;
}

/** Writes nothing. @throws SluiceError where the agent could not look at both sides. */
export async function dryRunOnHost(connection: Connection, { onAction, signal }: DryRunOptions): Promise<DryRunReport> {
  const { node, agent, job } = hostPaths(ec2Layout);
  const found: { report?: DryRunReport } = {};
  const lines = agentLines(connection, sh`exec ${node} ${agent} run --job ${job} --dry-run`, {
    signal,
    // Its exit code says what it found, as that of `sluice copy --dry-run`; without the numbers it found nothing out.
    check: (result) => {
      if (found.report === undefined) throw agentFailure(connection.host, result);
    },
  });
  for await (const batch of lines) {
    for (const line of batch) {
      const value = JSON.parse(line) as PlannedAction | DryRunReport;
      if ('dryRun' in value) found.report = value;
      else onAction(value);
    }
  }
  return found.report as DryRunReport;
}
