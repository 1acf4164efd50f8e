/** What a proof and a release tell while they go, of a host and a bucket that are played: their order, and what they know beforehand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Connection, ExecOptions, ExecResult } from '../../../../provision/connection/connection';
import type { Command } from '../../../../provision/core/sh';
import { hsm, type InventoryEntry } from '../../../../provision/pull/inventory/entry';
import { ec2Layout } from '../../../../provision/roles/layout';
import type { ProofEvent } from '../../../../scripts/export-proof/events';
import { expectedFiles } from '../../../../scripts/export-proof/expected-files';
import type { ProofSubject } from '../../../../scripts/export-proof/look-at';
import { sealProof } from '../../../../scripts/export-proof/proof';
import { proveExport } from '../../../../scripts/export-proof/prove';
import { type ReleaseProgress, releaseProven } from '../../../../scripts/export-proof/release';
import { configText } from '../../../helpers/config-text';
import { migrationOf, outputsOf } from '../../../helpers/host-plays';
import { proofClaims } from '../../../helpers/proof-claims';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const changedMs = Date.parse('2026-06-01T10:00:00.000Z');
const names = ['a', 'b', 'c'];
const signal = new AbortController().signal;

interface Played {
  /** Of the files, the first so many are in the bucket, and archived. */
  exported: number;
  /** There is a symbolic link besides, and whether it is in the bucket. */
  isLinkExported?: boolean;
  /** S3's StorageClass, by name; STANDARD where absent. */
  storageClasses?: Readonly<Record<string, string>>;
  /** AWS's clock; where absent, when the files changed. */
  awsMs?: number;
  /** What the newest run's report says; undefined: there is none. */
  report?: unknown;
}

/** Three files; FSx exports them as the test says. */
function subjectOf(played: Played): ProofSubject {
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
  return {
    migration: migrationOf(configText()),
    outputs: outputsOf({ address: '127.0.0.1', username: 'ec2-user' }),
    connection,
    layout: ec2Layout,
    account: {
      s3: { send: async () => ({ Contents: objects() }) } as unknown as S3Client,
      fileSystem: async () => ({ lifecycle: 'AVAILABLE', troubles: [] }),
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

const temporary = useTemporaryFolder();

test('looks, the nudge and the wait are told in their order, with what each knows beforehand', async () => {
  const played: Played = { exported: 0 };
  const events: ProofEvent[] = [];
  let nowMs = changedMs;
  const proof = await proveExport(subjectOf(played), {
    depth: 'listing',
    withSource: false,
    nudge: true,
    wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
    findingsFile: join(temporary(), 'findings.ndjson'),
    reporter: (event) => events.push(event),
    now: () => new Date(nowMs),
    sleep: async (durationMs) => {
      nowMs += durationMs;
      played.exported += played.exported === 0 ? 1 : 2;
    },
    signal,
    expectedFiles: 2,
  });
  expect(proof.result).toBe('proven');
  const told = events.map((event) => {
    switch (event.type) {
      case 'comparing':
        return `look ${event.look} of ${event.expectedFiles}`;
      case 'nudging':
        return `nudging ${event.asked} of ${event.pending}`;
      case 'waiting':
        return `waiting for ${event.pending}, ${event.etaMs}`;
      default:
        return event.type;
    }
  });
  expect(told).toEqual([
    'look 1 of 2',
    'progress',
    'look',
    'nudging 0 of 3',
    'nudging 3 of 3',
    'nudged',
    'waiting for 3, undefined',
    'look 2 of 3',
    'progress',
    'look',
    // One in 30 seconds: two in a minute.
    'waiting for 2, 60000',
    'look 3 of 3',
    'progress',
    'look',
  ]);
});

test('a link is waited for, and not asked for: Lustre archives files', async () => {
  const played: Played = { exported: 3, isLinkExported: false };
  const events: ProofEvent[] = [];
  const proof = await proveExport(subjectOf(played), {
    depth: 'listing',
    withSource: false,
    nudge: true,
    wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
    findingsFile: join(temporary(), 'findings.ndjson'),
    reporter: (event) => events.push(event),
    now: () => new Date(changedMs),
    sleep: async () => {
      played.isLinkExported = true;
    },
    signal,
  });
  expect(proof.result).toBe('proven');
  expect(events.filter(({ type }) => type === 'waiting')).toMatchObject([{ pending: 1 }]);
  expect(events.filter(({ type }) => type === 'nudging')).toEqual([
    { type: 'nudging', asked: 0, pending: 1 },
    { type: 'nudging', asked: 0, pending: 1 },
  ]);
});

test("a proof is dated by AWS's clock, as it is when the last look begins: this machine's may be ahead, and hide what was written since", async () => {
  const played: Played = { exported: 2, awsMs: changedMs };
  let nowMs = changedMs + 600_000;
  const proof = await proveExport(subjectOf(played), {
    depth: 'listing',
    withSource: false,
    nudge: false,
    wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
    findingsFile: join(temporary(), 'findings.ndjson'),
    reporter: () => undefined,
    now: () => new Date(nowMs),
    sleep: async (durationMs) => {
      nowMs += durationMs;
      played.exported = 3;
      played.awsMs = changedMs + durationMs;
    },
    signal,
  });
  expect(proof).toMatchObject({ result: 'proven', createdAt: new Date(changedMs + 30_000).toISOString() });
});

test('a source whose association is not built has nothing to be compared with: no proof of the rest passes for one of it', async () => {
  const subject = subjectOf({ exported: 3 });
  const elsewhere = subject.outputs.associations.map((each) => ({ ...each, file_system_path: '/nyse' }));
  const prove = (withSource: boolean) =>
    proveExport(
      { ...subject, outputs: { ...subject.outputs, associations: elsewhere } },
      {
        depth: 'listing',
        withSource,
        nudge: false,
        findingsFile: join(temporary(), 'findings.ndjson'),
        reporter: () => undefined,
        now: () => new Date(changedMs),
        sleep: async () => undefined,
        signal,
      },
    );
  await expect(prove(true)).rejects.toMatchObject({
    exitCode: 3,
    message: 'the source is pulled into /nasdaq, and what is built is /nyse',
    hint: expect.stringContaining('--no-source'),
  });
  await expect(prove(false)).resolves.toMatchObject({ result: 'proven', source: null });
});

test('a release tells what is proven and what was handed over to be freed', async () => {
  const told: ReleaseProgress[] = [];
  const [association] = outputsOf({ address: '127.0.0.1', username: 'ec2-user' }).associations;
  for (const isCheck of [true, false]) {
    const options = {
      depth: 'listing',
      isCheck,
      signal,
      reporter: (event: ReleaseProgress) => told.push(event),
    } as const;
    const counts = await releaseProven(subjectOf({ exported: 2 }), association!, options);
    expect(counts).toMatchObject({ files: 2 });
    expect(told.at(-1)).toMatchObject({
      totals: { fileSystem: { files: 3 }, proven: { files: 2 } },
      asked: { files: 2, bytes: 2 },
    });
  }
});

test('a release keeps what could not be read back from S3 before somebody restores it there', async () => {
  const [association] = outputsOf({ address: '127.0.0.1', username: 'ec2-user' }).associations;
  const storageClasses = { a: 'DEEP_ARCHIVE', b: 'GLACIER', c: 'GLACIER_IR' };
  for (const isCheck of [true, false]) {
    const options = { depth: 'listing', isCheck, signal, reporter: () => undefined } as const;
    expect(await releaseProven(subjectOf({ exported: 3, storageClasses }), association!, options)).toEqual({
      files: 1,
      bytes: 1,
      refused: 2,
      examples: [
        {
          path: 'a',
          reason: 'its object is in DEEP_ARCHIVE: its content would not come back before it is restored there',
        },
        { path: 'b', reason: 'its object is in GLACIER: its content would not come back before it is restored there' },
      ],
    });
  }
});

describe('files that a look will find', () => {
  const folder = useTemporaryFolder();
  const report = { counts: { filesTransferred: 7, filesUnchanged: 4 } };
  const expected = (subject: ProofSubject) => expectedFiles(subject, join(folder(), 'proof.json'));

  test('nobody counted: unknown', async () => {
    expect(await expected(subjectOf({ exported: 0 }))).toBeUndefined();
    writeFileSync(join(folder(), 'proof.json'), 'no proof');
    expect(await expected(subjectOf({ exported: 0 }))).toBeUndefined();
  });

  test("the newest run's, or the last proof's where it has more", async () => {
    expect(await expected(subjectOf({ exported: 0, report }))).toBe(11);
    const counted = (files: number) => sealProof({ ...proofClaims, counts: { ...proofClaims.counts, files } });
    writeFileSync(join(folder(), 'proof.json'), JSON.stringify(counted(12)));
    expect(await expected(subjectOf({ exported: 0, report }))).toBe(12);
    writeFileSync(join(folder(), 'proof.json'), JSON.stringify(counted(3)));
    expect(await expected(subjectOf({ exported: 0, report }))).toBe(11);
    expect(await expected(subjectOf({ exported: 0 }))).toBe(3);
  });

  test('not those of another file system, nor a run that saw one of several associations', async () => {
    const subject = subjectOf({ exported: 0, report });
    const { associations, file_system: fileSystem } = subject.outputs;
    const two = { ...subject.outputs, associations: [...associations, ...associations] };
    expect(await expected({ ...subject, outputs: two })).toBeUndefined();
    writeFileSync(join(folder(), 'proof.json'), JSON.stringify(sealProof(proofClaims)));
    expect(await expected({ ...subject, outputs: two })).toBe(3);
    const other = { ...two, file_system: { ...fileSystem, id: 'fs-0fedcba9876543210' } };
    expect(await expected({ ...subject, outputs: other })).toBeUndefined();
  });
});
