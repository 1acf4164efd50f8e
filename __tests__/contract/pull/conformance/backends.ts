/** Three kinds of server, asked for the same things: OpenSSH, ProFTPD's mod_sftp, and one that follows a script (ssh2's Server). */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from '../../../helpers/fault-proxy';
import type { Need } from '../../../helpers/needs';
import { proftpdNeeds, startProftpd } from '../../../helpers/proftpd';
import { type JobOverrides, type Pulled, type PullRunOptions, pull, pullJob } from '../../../helpers/pull';
import { type ScriptedFile, type ScriptedOptions, startScriptedSftp } from '../../../helpers/scripted-sftp';
import { sshdNeeds, startSshd } from '../../../helpers/sshd';

export type BackendName = 'OpenSSH' | 'ProFTPD' | 'scripted';

/** What a case wants of its server beyond serving a folder. */
export interface Demand {
  readonly rekey?: boolean;
  readonly hostKey?: 'rsa, signed with SHA-2 only';
  readonly ciphers?: 'CBC only';
  readonly refusesChannels?: boolean;
  readonly login?: 'password' | 'keyboard-interactive';
  readonly maxStartups?: boolean;
  /** For the scripted server. */
  readonly script?: Partial<ScriptedOptions>;
  readonly proxy?: FaultProxyOptions;
}

interface Running {
  readonly port: number;
  readonly username: string;
  readonly hostKeyFingerprint: string;
  readonly identityFile?: string;
  readonly password?: string;
  readonly path: string;
  readonly files?: Record<string, ScriptedFile>;
  stop(): Promise<void>;
}

interface Backend {
  readonly needs: readonly Need[];
  start(root: string, demand: Demand): Promise<Running>;
}

export const backends: Readonly<Record<BackendName, Backend>> = {
  OpenSSH: {
    needs: sshdNeeds,
    start: async (root, demand) => {
      const config = {
        ...(demand.rekey === true ? { RekeyLimit: '8M' } : {}),
        ...(demand.hostKey === undefined ? {} : { HostKeyAlgorithms: 'rsa-sha2-512,rsa-sha2-256' }),
        ...(demand.ciphers === undefined ? {} : { Ciphers: 'aes256-cbc' }),
        ...(demand.refusesChannels === true ? { MaxSessions: 0 } : {}),
        ...(demand.maxStartups === true ? { MaxStartups: '2:100:2' } : {}),
      };
      return { ...(await startSshd({ config, ...(demand.hostKey && { hostKeyTypes: ['rsa'] }) })), path: root };
    },
  },
  ProFTPD: {
    needs: proftpdNeeds,
    start: (root, demand) =>
      startProftpd({
        root,
        // Its host key is RSA at any rate.
        directives: [
          ...(demand.rekey === true ? ['SFTPRekey required 3600 8'] : []),
          ...(demand.ciphers === undefined ? [] : ['SFTPCiphers aes256-cbc']),
        ],
        ...(demand.login === 'password' ? { password: 'scripted' } : {}),
      }).then((server) =>
        demand.login === 'password' ? { ...server, identityFile: undefined as never, password: 'scripted' } : server,
      ),
  },
  scripted: {
    needs: [],
    start: async (root, demand) => {
      const script = scriptOf(root);
      const server = await startScriptedSftp({
        ...script,
        ...demand.script,
        files: Object.assign(script.files, demand.script?.files),
        ssh: {
          ...(demand.rekey === true ? { rekeyAfterReplies: 60 } : {}),
          ...(demand.hostKey === undefined
            ? {}
            : { hostKeyType: 'rsa' as const, algorithms: { serverHostKey: ['rsa-sha2-512', 'rsa-sha2-256'] } }),
          ...(demand.ciphers === undefined ? {} : { algorithms: { cipher: ['aes256-cbc'] } }),
          ...(demand.refusesChannels === true ? { refusesChannels: true } : {}),
          ...(demand.login === undefined ? {} : { login: demand.login }),
        },
      });
      return { ...server, path: root, files: script.files, stop: server.close };
    },
  },
};

/** A folder as the script that serves it. */
function scriptOf(root: string): Pick<ScriptedOptions, 'files' | 'listings'> & { files: Record<string, ScriptedFile> } {
  const files: Record<string, ScriptedFile> = {};
  const listings: Record<string, { filename: Buffer; attrs: ScriptedFile['attrs'] }[]> = {};
  const look = (path: string): void => {
    for (const filename of readdirSync(path, { encoding: 'buffer' })) {
      const at = Buffer.concat([Buffer.from(`${path}/`), filename]);
      const { mode, size: sizeBytes, mtimeMs } = lstatSync(at);
      const attrs = { mode, sizeBytes, mtimeSeconds: Math.floor(mtimeMs / 1000) };
      const isText = Buffer.from(filename.toString()).equals(filename);
      const below = join(path, filename.toString());
      if (lstatSync(at).isFile() && isText) files[below] = { attrs, content: readFileSync(at) };
      else listings[path] = [...(listings[path] ?? []), { filename, attrs }];
      if (lstatSync(at).isDirectory()) look(below);
    }
  };
  look(root);
  // A directory with files in it is listed by them.
  for (const [path, entries] of Object.entries(listings)) {
    const hasFiles = (name: string) => Object.keys(files).some((file) => file.startsWith(`${path}/${name}/`));
    listings[path] = entries.filter(({ filename }) => !hasFiles(filename.toString()));
  }
  return { files, listings };
}

/** One case's server, with a proxy before it, and a destination. */
export class Bench {
  #running: Running | undefined;
  #proxy: FaultProxy | undefined;

  constructor(
    readonly backend: BackendName,
    private readonly folder: string,
  ) {}

  get root(): string {
    return join(this.folder, 'source');
  }

  get out(): string {
    return join(this.folder, 'out');
  }

  get proxy(): FaultProxy {
    if (this.#proxy === undefined) throw new Error('serve first');
    return this.#proxy;
  }

  async serve(demand: Demand = {}, root = this.root): Promise<void> {
    this.#running = await backends[this.backend].start(root, demand);
    this.#proxy = await startFaultProxy(this.#running.port, demand.proxy);
  }

  /** The file as it is now on disk, for the scripted server's script too. */
  changed(path: string): void {
    const at = join(this.root, path);
    const { mode, size: sizeBytes, mtimeMs } = lstatSync(at);
    const attrs = { mode, sizeBytes, mtimeSeconds: Math.floor(mtimeMs / 1000) };
    if (this.#running?.files !== undefined) this.#running.files[at] = { attrs, content: readFileSync(at) };
  }

  pull(overrides: JobOverrides = {}, options: PullRunOptions = {}): Promise<Pulled> {
    if (this.#running === undefined) throw new Error('serve first');
    const { password, path } = this.#running;
    const job = pullJob({ ...this.#running, port: this.proxy.port }, path, this.folder, overrides);
    return pull(job, { ...(password === undefined ? {} : { password }), ...options });
  }

  async stop(): Promise<void> {
    await this.#proxy?.close();
    await this.#running?.stop();
  }
}
