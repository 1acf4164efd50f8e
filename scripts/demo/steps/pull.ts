/** Steps 4 and 6: the agent's bundle, run on the stand-in host as systemd would run it, and followed over SSH. */
import type { Connection } from '../../../provision/connection/connection';
import { sh } from '../../../provision/core/sh';
import type { PullReport } from '../../../provision/pull/record/report';
import { hostPaths } from '../../../provision/roles/layout';
import { agentFailure, agentTimeoutMs } from '../../pull/agent-on-host';
import { followRun, lookAtRun } from '../../pull/follow-run';
import { usesColor } from '../../render/color';
import { endText, pullSummary, renderPull } from '../../render/pull';
import type { Stage } from '../stage';
import type { StandInHost } from '../stand-in-host';

export async function pullOnHost(stage: Stage, host: StandInHost): Promise<PullReport> {
  const connection = await host.connect();
  try {
    const report = await runAgent(stage, host, connection);
    stage.print(pullSummary(report));
    stage.context.stderr.write(endText(report));
    return report;
  } finally {
    await connection.close();
  }
}

async function runAgent({ context }: Stage, { layout }: StandInHost, connection: Connection): Promise<PullReport> {
  const { node, agent, job } = hostPaths(layout);
  const { stateDirectory } = layout;
  const before = await lookAtRun(connection, { stateDirectory, newRun: 'end' });
  const renderer = renderPull(context.stderr, { color: usesColor(context, context.stderr) });
  const options = { timeoutMs: agentTimeoutMs, signal: context.signal };
  let running = true;
  const agentRun = connection.exec(sh`${node} ${agent} run --job ${job}`, options).finally(() => {
    running = false;
  });
  const [report] = await Promise.all([
    followRun(connection, {
      stateDirectory,
      after: before?.position,
      newRun: 'all',
      reporter: renderer.report,
      signal: context.signal,
      isRunning: async () => running,
    }),
    agentRun,
  ])
    .catch(async (error: unknown) => {
      const result = running ? undefined : await agentRun;
      throw result === undefined || result.exitCode === 0 ? error : agentFailure(connection.host, result);
    })
    .finally(renderer.finish);
  return report;
}
