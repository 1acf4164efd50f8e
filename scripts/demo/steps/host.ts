/** Step 3: the provisioner's own roles over SSH; what needs root or EC2 says so and is skipped by name. */
import type { Migration } from '../../../config/schema';
import { exitCodeOf, play } from '../../../provision/play';
import { hostRoles } from '../../../provision/roles/roles';
import { runtimeBuilds } from '../../../provision/roles/runtime-builds';
import { readAgentBundle } from '../../provision/agent-bundle';
import { operatorCredentials } from '../../provision/operator-secrets';
import { usesColor } from '../../render/color';
import { renderPlay } from '../../render/play';
import type { Stage } from '../stage';
import { type StandInHost, standInName, standInOutputs } from '../stand-in-host';

/** Applies the roles, then checks that nothing is left to do. Returns the exit code of the first play that is not clean. */
export async function provisionHost(stage: Stage, host: StandInHost, migration: Migration): Promise<number> {
  stage.title('3 host', 'provisioned over SSH, as this user; then checked once more');
  const { context, workspace } = stage;
  const roles = hostRoles({
    migration,
    outputs: standInOutputs(migration),
    layout: host.layout,
    agentBundle: await readAgentBundle(),
    credentials: await operatorCredentials(context, { migration, file: workspace.configFile }),
    runtime: {
      builds: runtimeBuilds,
      source: () => Promise.reject(new Error('the stand-in host has a Node.js of its own')),
    },
  });
  const hosts = [{ name: standInName, roles, connect: host.connect }];
  const options = {
    forks: 1,
    clock: () => performance.now(),
    signal: context.signal,
    reporter: renderPlay((text) => stage.print(text), {
      diff: false,
      color: usesColor(context, context.stdout),
      hosts: [standInName],
    }),
  };
  const applied = exitCodeOf(await play(hosts, { ...options, mode: 'apply' }));
  if (applied !== 0) return applied;
  const recapOnly: typeof options.reporter = (event) => {
    if (event.type === 'recap') options.reporter(event);
  };
  return exitCodeOf(await play(hosts, { ...options, mode: 'check', reporter: recapOnly }));
}
