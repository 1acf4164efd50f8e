/**
 * job.json: everything the agent knows. Written by the provisioner's pull role, or built in memory by `sluice copy`.
 * Holds no secret: credentials are references that the agent resolves on the machine it runs on.
 */

import type { PullSettings, SourceSettings } from './settings';

/** Where the agent finds a secret, on its own machine. */
export type CredentialReference =
  | { readonly file: string }
  | { readonly environment: string }
  | { readonly secretsManager: string; readonly region: string }
  | { readonly ssmParameter: string; readonly region: string };

export interface PullJob {
  readonly version: 1;
  readonly source: SourceSettings & {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    /** SHA256:... fingerprints; any one of them is accepted, nothing else. */
    readonly hostKeys: readonly string[];
    readonly credentials: {
      readonly privateKey?: CredentialReference;
      readonly passphrase?: CredentialReference;
      readonly password?: CredentialReference;
      /** Path of an ssh-agent's socket, and private keys to try where they are readable: an operator's own machine. */
      readonly agentSocket?: string;
      readonly identityFiles?: readonly string[];
    };
    readonly path: string;
    /** Most SSH connections to the source at one time. */
    readonly connections: number;
  };
  readonly destination: {
    /** Where the tree lands: absolute, inside the association's directory. */
    readonly path: string;
    /** Where unfinished files lie: same file system, outside every association. */
    readonly stagingPath: string;
    /** The mount that must be there before a byte is written; null where the destination is an ordinary directory. */
    readonly mount: { readonly mountPoint: string; readonly fsType: 'lustre' } | null;
    /**
     * What FSx puts before a file's relative path to make its S3 key (empty or ending in `/`); absent where nothing is exported.
     * With it, names that S3 cannot hold are reported before bytes are spent.
     */
    readonly keyPrefix?: string;
  };
  readonly options: PullSettings;
  /** Where a supervised run tells how it does; absent: nowhere. */
  readonly metrics?: {
    /** The migration's name: what the metrics are told apart by. */
    readonly migration: string;
    /** Of the textfile and the EMF log. */
    readonly directory: string;
    /** Whether CloudWatch's embedded metric format is written. */
    readonly emf: boolean;
    /** Where `tell-failure` puts its metric; null: nobody waits for it. */
    readonly failuresTo: { readonly region: string } | null;
  };
  /** Where state, events.ndjson and report.json of each run go. */
  readonly stateDirectory: string;
}
