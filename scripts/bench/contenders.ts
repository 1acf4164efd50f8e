/**
 * Who takes part, and the very command each runs. Every tool of others once as it comes and once tuned as its manual allows; sluice with
 * all its guarantees, and with what the others do too (time, mode, size, rename into place). Tools that are not installed are left out.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Guarantees } from '../../provision/pull/guarantees';
import { defaultSettings, defaultSourceSettings } from '../../provision/pull/job/settings';
import { allocatorSettings, heapFlags } from '../../provision/roles/pull-unit';
import type { OursTask } from './ours-task';
import type { BenchServer } from './sshd';
import type { BenchTree } from './trees';

export type Kind =
  | 'sluice'
  /** Speaks SFTP: needs nothing on the server but what sluice needs. */
  | 'sftp'
  /** Needs a shell on the server. */
  | 'shell';

export interface Setting {
  readonly server: BenchServer;
  /** The port that leads to the server over the line that is measured. */
  readonly port: number;
  readonly tree: BenchTree;
  /** An empty folder of the contender's own. */
  readonly folder: string;
  /** Private files of the run: ssh_config, known_hosts. */
  readonly sshConfig: string;
  readonly knownHosts: string;
  /** The bundle of `ours.ts`. */
  readonly bundle: string;
}

export interface Contender {
  readonly name: string;
  readonly kind: Kind;
  /** What must be installed. */
  readonly program: string;
  /** Undefined where it has no such mode: most tools cannot only list. */
  readonly command: (setting: Setting) => readonly string[] | undefined;
}

const everything: Guarantees = { hash: true, verify: true, fsync: true, secondStat: true };
const fastCipher = 'aes128-gcm@openssh.com';

export function contenders(without: readonly (keyof Guarantees)[], node: string): Contender[] {
  const asPeers: Guarantees = { hash: false, verify: false, fsync: false, secondStat: false };
  const reduced = Object.fromEntries(
    Object.keys(everything).map((name) => [name, !without.includes(name as keyof Guarantees)]),
  ) as unknown as Guarantees;
  return [
    sluice('sluice', everything, node),
    sluice('sluice (as peers do)', asPeers, node),
    ...(without.length === 0 ? [] : [sluice(`sluice without ${without.join(', ')}`, reduced, node)]),
    sftp('OpenSSH sftp', []),
    sftp('OpenSSH sftp tuned', ['-c', fastCipher, '-B', '261120', '-R', '256']),
    {
      name: 'OpenSSH scp tuned',
      kind: 'sftp',
      program: 'scp',
      command: (at) =>
        copyOnly(at, () => [
          'scp',
          '-r',
          '-p',
          '-q',
          '-F',
          at.sshConfig,
          '-c',
          fastCipher,
          '-X',
          'nrequests=256',
          '-X',
          'buffer=261120',
          `bench:${at.tree.path}/.`,
          at.folder,
        ]),
    },
    lftp('lftp', '', ''),
    lftp(
      'lftp tuned',
      `set sftp:max-packets-in-flight 256; set sftp:size-read 261120; set net:connection-limit 8; set mirror:parallel-directories yes;`,
      '--parallel=8',
    ),
    rclone('rclone', []),
    rclone('rclone tuned', [
      '--transfers=16',
      '--checkers=32',
      '--sftp-chunk-size=255Ki',
      '--sftp-concurrency=128',
      '--multi-thread-streams=8',
      '--multi-thread-cutoff=64Mi',
      '--sftp-disable-hashcheck',
      '--buffer-size=16Mi',
    ]),
    {
      name: 'rsync aes-gcm',
      kind: 'shell',
      program: 'rsync',
      command: ({ sshConfig, tree, folder }) =>
        tree.isListing
          ? ['rsync', '-r', '--list-only', '-e', `ssh -F ${sshConfig} -c ${fastCipher}`, `bench:${tree.path}/`]
          : [
              'rsync',
              '-a',
              '--whole-file',
              '-e',
              `ssh -F ${sshConfig} -c ${fastCipher}`,
              `bench:${tree.path}/`,
              `${folder}/`,
            ],
    },
    {
      name: 'ssh + tar aes-gcm',
      kind: 'shell',
      program: 'tar',
      command: ({ sshConfig, tree, folder }) =>
        tree.isListing
          ? ['ssh', '-F', sshConfig, '-c', fastCipher, 'bench', `find ${tree.path} -printf '%p %s %T@ %m\\n'`]
          : [
              'sh',
              '-c',
              `ssh -F ${sshConfig} -c ${fastCipher} bench tar -C ${tree.path} -cf - . | tar -C ${folder} -xpf -`,
            ],
    },
  ];
}

export function isInstalled({ program }: Contender): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** The first line of what a tool says of its version; nothing of one that is not installed. */
export function versionsOf(programs: readonly string[]): string[] {
  const ask = (program: string, flag: string) => {
    const { stdout, stderr } = spawnSync(program, [flag]);
    return `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0] ?? '';
  };
  const flags: Readonly<Record<string, string>> = { ssh: '-V', rclone: 'version' };
  return programs.map((program) => ask(program, flags[program] ?? '--version')).filter((line) => line !== '');
}

function sluice(name: string, guarantees: Guarantees, node: string): Contender {
  return {
    name,
    kind: 'sluice',
    program: node,
    command: ({ server, port, tree, folder, bundle }) => {
      const task: OursTask = {
        list: tree.isListing,
        guarantees,
        job: {
          version: 1,
          source: {
            host: '127.0.0.1',
            port,
            username: server.username,
            hostKeys: [server.hostKeyFingerprint],
            credentials: { privateKey: { file: server.identityFile } },
            path: tree.path,
            connections: 8,
            ...defaultSourceSettings,
          },
          destination: { path: join(folder), stagingPath: `${folder}.staging`, mount: null },
          options: { ...defaultSettings, verifyMode: guarantees.verify ? 'ONLY_FILES_TRANSFERRED' : 'NONE' },
          stateDirectory: `${folder}.state`,
        },
      };
      return ['env', ...allocatorSettings, node, ...heapFlags, bundle, JSON.stringify(task)];
    },
  };
}

function copyOnly({ tree }: Setting, command: () => readonly string[]): readonly string[] | undefined {
  return tree.isListing ? undefined : command();
}

function sftp(name: string, flags: readonly string[]): Contender {
  return {
    name,
    kind: 'sftp',
    program: 'sftp',
    command: (at) =>
      copyOnly(at, () => [
        'sftp',
        '-q',
        '-r',
        '-p',
        '-F',
        at.sshConfig,
        ...flags,
        `bench:${at.tree.path}/.`,
        at.folder,
      ]),
  };
}

function lftp(name: string, settings: string, mirrorFlags: string): Contender {
  return {
    name,
    kind: 'sftp',
    program: 'lftp',
    command: ({ server, sshConfig, port, tree, folder }) => {
      const connect = `set sftp:auto-confirm yes; set sftp:connect-program "ssh -a -x -F ${sshConfig} -c ${fastCipher}"; set xfer:use-temp-file yes; set net:max-retries 2;`;
      const work = tree.isListing
        ? `find -l ${tree.path}`
        : `mirror ${tree.name === 'large' && mirrorFlags !== '' ? '--use-pget-n=8' : mirrorFlags} ${tree.path} ${folder}`;
      return [
        'lftp',
        '--norc',
        '-c',
        `${connect} ${settings} open -u ${server.username}, -p ${port} sftp://bench; ${work}`,
      ];
    },
  };
}

function rclone(name: string, flags: readonly string[]): Contender {
  return {
    name,
    kind: 'sftp',
    program: 'rclone',
    command: ({ server, port, tree, folder, knownHosts }) => {
      const remote = `:sftp,host=127.0.0.1,port=${port},user=${server.username},key_file=${server.identityFile},known_hosts_file=${knownHosts},shell_type=none:${tree.path}`;
      const own = ['--config=', ...flags];
      if (tree.isListing) return ['rclone', 'lsf', '-R', '--format', 'pst', ...own, remote];
      return ['rclone', 'copy', '--create-empty-src-dirs', ...own, remote, folder];
    },
  };
}
