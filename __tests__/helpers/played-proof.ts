import type { Readable } from 'node:stream';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Connection, ExecOptions, ExecResult } from '../../provision/connection/connection';
import type { Command } from '../../provision/core/sh';
import { hsm, type InventoryEntry } from '../../provision/pull/inventory/entry';
import { ec2Layout } from '../../provision/roles/layout';
import type { ProofSubject } from '../../scripts/export-proof/look-at';
import type { ProofOptions } from '../../scripts/export-proof/prove';
import { configText } from './config-text';
import { migrationOf, outputsOf, testFileSystem } from './host-plays';

export const changedMs = Date.parse('2026-06-01T10:00:00.000Z');
const names = ['a', 'b', 'c'];
export const signal = new AbortController().signal;

/** One look at the listings, without the source, when the files changed. */
export function lookOnce(findingsFile: string): ProofOptions {
  return {
    depth: 'listing',
    withSource: false,
    nudge: false,
    findingsFile,
    reporter: () => undefined,
    now: () => new Date(changedMs),
    sleep: async () => undefined,
    signal,
  };
}

export interface Played {
  /** Of the files, the first so many are in the bucket, and archived. */
  exported: number;
  /** There is a symbolic link besides, and whether it is in the bucket. */
  isLinkExported?: boolean;
  /** S3's StorageClass, by name; STANDARD where absent. */
  storageClasses?: Readonly<Record<string, string>>;
  /** What HeadObject says of the archive tier, by name. */
  archiveStatuses?: Readonly<Record<string, string>>;
  /** Ids of the associations that work; where absent, that of the outputs. */
  working?: readonly string[];
  /** Ids of those that export nothing any more; none where absent. */
  ended?: readonly string[];
  /** AWS's clock; where absent, when the files changed. */
  awsMs?: number;
  /** The host's mounts, a line each as findmnt prints them; where absent, the file system of the outputs. */
  mounts?: readonly string[];
  /** What the host pulls by; undefined: it has no job. */
  job?: unknown;
  /** What the newest run's report says; undefined: there is none. */
  report?: unknown;
}

/** As findmnt prints a mount of the outputs' file system, but for what is given. */
export function mountLine({
  target = '/fsx',
  source = `10.20.1.5@tcp:/${testFileSystem.mountName}`,
  root = '/',
}: {
  readonly target?: string;
  readonly source?: string;
  readonly root?: string;
} = {}): string {
  return `${target} lustre ${source} ${root} rw,noatime,flock`;
}

/** Three files; FSx exports them as the test says. */
export function subjectOf(played: Played): ProofSubject {
  const connection: Connection = {
    host: 'host-1',
    roundTrips: 0,
    exec: async ({ text }: Command, { stdin, stdout }: ExecOptions = {}) => {
      if (text.includes('report.json'))
        return played.report === undefined ? ended('', 1) : ended(JSON.stringify(played.report));
      if (text.includes(' inventory ')) {
        stdout?.end(
          [...names.map(entryOf), ...links(), { end: true, entries: 3 }]
            .map((line) => `${JSON.stringify(line)}\n`)
            .join(''),
        );
        return ended('');
      }
      if (text.startsWith('{ find ')) return ended('0\0');
      if (text.startsWith('cat ')) return played.job === undefined ? ended('', 1) : ended(JSON.stringify(played.job));
      if (text.startsWith('cd ')) return ended('');
      if (text.startsWith('findmnt ')) return ended((played.mounts ?? [mountLine()]).join('\n'));
      if (text.startsWith('getent ')) return ended('10.20.1.5 STREAM fs\n');
      if (text.startsWith('readlink ')) return ended('/\n');
      let files = 0;
      for await (const chunk of stdin as Readable) files += chunk.toString().split('\n').length - 1;
      return ended(JSON.stringify({ files, bytes: files, refused: 0, examples: [] }));
    },
    put: async () => undefined,
    close: async () => undefined,
  };
  const entryOf = (path: string, index: number): InventoryEntry => {
    const flags = index < played.exported ? hsm.exists | hsm.archived : 0;
    return { path, type: 'file', sizeBytes: 1, mtimeMs: changedMs, ctimeMs: changedMs, hsm: flags };
  };
  const links = (): InventoryEntry[] =>
    played.isLinkExported === undefined
      ? []
      : [{ path: 'link', type: 'link', sizeBytes: 1, mtimeMs: changedMs, ctimeMs: changedMs }];
  const objects = () =>
    [...names.slice(0, played.exported), ...(played.isLinkExported ? ['link'] : [])].map((name) => ({
      Key: `nasdaq/${name}`,
      Size: 1,
      ETag: 'x',
      LastModified: new Date(changedMs + 60_000),
      StorageClass: played.storageClasses?.[name] ?? 'STANDARD',
    }));
  const answerTo = (command: unknown) => {
    if (!(command instanceof HeadObjectCommand)) return { Contents: objects() };
    const ArchiveStatus = played.archiveStatuses?.[command.input.Key?.replace('nasdaq/', '') ?? ''];
    return {
      ContentLength: 1,
      Metadata: { 'file-mtime': `${changedMs}000000ns` },
      ...(ArchiveStatus && { ArchiveStatus }),
    };
  };
  return {
    migration: migrationOf(configText()),
    outputs: outputsOf({ address: '127.0.0.1', username: 'ec2-user' }),
    connection,
    layout: ec2Layout,
    account: {
      s3: { send: async (command: unknown) => answerTo(command) } as unknown as S3Client,
      fileSystem: async () => ({
        lifecycle: 'AVAILABLE',
        troubles: (played.ended ?? []).map((id) => `${id} is gone`),
        working: played.working ?? ['dra-1'],
        ended: played.ended ?? [],
      }),
      repositoryLog: async () => undefined,
      exportQueueAge: async () => 60,
      now: () => new Date(played.awsMs ?? changedMs),
      close: () => undefined,
    },
  };
}

function ended(stdout: string, exitCode = 0): ExecResult {
  return { exitCode, stdout: Buffer.from(stdout), stderr: '' };
}
