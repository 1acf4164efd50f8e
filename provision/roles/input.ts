/** What the roles of one host are made from: the configuration, what Terraform built, and what the operator hands over. */
import type { Migration } from '../../config/schema';
import type { Outputs } from '../../stacks/outputs';
import type { Secret } from '../core/secret';
import type { RuntimeBuild, RuntimeSource } from '../resources/node-runtime';
import type { HostLayout } from './layout';

export type CredentialName = 'privateKey' | 'passphrase' | 'password';

export interface RoleInput {
  readonly migration: Migration;
  /** Of all hosts, those that `--limit` leaves out too. */
  readonly outputs: Outputs;
  readonly layout: HostLayout;
  /** The kernel may be updated and the host booted again where the client has none for its kernel. Default false. */
  readonly allowReboot?: boolean;
  /** dist/agent.js */
  readonly agentBundle: Buffer;
  /** Those credentials of the source that lie on the operator's machine, read. */
  readonly credentials: Readonly<Partial<Record<CredentialName, Secret>>>;
  /** The Node.js builds that hosts get (runtimeBuilds, outside of tests), and where to find them. */
  readonly runtime: { readonly builds: readonly RuntimeBuild[]; readonly source: RuntimeSource };
}

/** `owner` as resources take it: left out where the layout leaves it to the login. */
export function ownedBy(layout: HostLayout): { readonly owner?: string } {
  return layout.owner === null ? {} : { owner: layout.owner };
}
