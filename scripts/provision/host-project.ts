/** What a command that goes to the hosts starts from: the configuration, what Terraform built, the roles, the hosts that are meant. */
import type { PlayHost } from '../../provision/play';
import { absentRoles } from '../../provision/roles/absent';
import type { RoleInput } from '../../provision/roles/input';
import { ec2Layout } from '../../provision/roles/layout';
import { hostRoles } from '../../provision/roles/roles';
import { runtimeBuilds } from '../../provision/roles/runtime-builds';
import type { CliContext } from '../context';
import { loadConfig } from '../load-config';
import { runtimeSource } from '../runtime-cache';
import { readAgentBundle } from './agent-bundle';
import type { HostOptions } from './host-options';
import { limited } from './limit';
import { operatorCredentials } from './operator-secrets';
import { playHosts } from './play-hosts';
import { readOutputs } from './read-outputs';

export interface HostProject {
  readonly input: RoleInput;
  readonly roles: PlayHost['roles'];
  /** Those of `--limit`, in the order of the outputs. Only asked for where a connection is wanted. */
  hosts(): Promise<readonly PlayHost[]>;
}

export interface HostProjectOptions {
  /** Whether the source's credentials are read: not by commands that only look, so that those need none. */
  readonly withCredentials: boolean;
  /** Default false. */
  readonly allowReboot?: boolean;
  /** `absent`: the roles that take everything away again. Default `present`. */
  readonly state?: 'present' | 'absent';
}

export async function hostProject(
  context: CliContext,
  options: HostOptions,
  { withCredentials, allowReboot = false, state = 'present' }: HostProjectOptions,
): Promise<HostProject> {
  const { migration, file } = await loadConfig(context, options.config);
  const outputs = await readOutputs(context, { file: options.outputs, name: migration.name });
  const meant = limited(outputs, options.limit ?? []);
  const input: RoleInput = {
    migration,
    outputs,
    layout: ec2Layout,
    agentBundle: await readAgentBundle(),
    credentials: withCredentials ? await operatorCredentials(context, { migration, file }) : {},
    runtime: { builds: runtimeBuilds, source: runtimeSource(context) },
    allowReboot,
  };
  const roles = state === 'absent' ? absentRoles(input) : hostRoles(input);
  return {
    input,
    roles,
    hosts: () => playHosts(context, { migration, file, outputs: meant, roles, options }),
  };
}
