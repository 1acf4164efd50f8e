import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { pullJob } from '../../../../provision/roles/job';
import type { ProofEvent } from '../../../../scripts/export-proof/events';
import { proveExport } from '../../../../scripts/export-proof/prove';
import { changedMs, lookOnce, mountLine, type Played, subjectOf } from '../../../helpers/played-proof';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const temporary = useTemporaryFolder();
const findingsFile = () => join(temporary(), 'findings.ndjson');

test('looks, the nudge and the wait are told in their order, with what each knows beforehand', async () => {
  const played: Played = { exported: 0 };
  const events: ProofEvent[] = [];
  let nowMs = changedMs;
  const proof = await proveExport(subjectOf(played), {
    ...lookOnce(findingsFile()),
    nudge: true,
    wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
    reporter: (event) => events.push(event),
    now: () => new Date(nowMs),
    sleep: async (durationMs) => {
      nowMs += durationMs;
      played.exported += played.exported === 0 ? 1 : 2;
    },
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
    ...lookOnce(findingsFile()),
    nudge: true,
    wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
    reporter: (event) => events.push(event),
    sleep: async () => {
      played.isLinkExported = true;
    },
  });
  expect(proof.result).toBe('proven');
  expect(events.filter(({ type }) => type === 'waiting')).toMatchObject([{ pending: 1 }]);
  expect(events.filter(({ type }) => type === 'nudging')).toEqual([
    { type: 'nudging', asked: 0, pending: 1 },
    { type: 'nudging', asked: 0, pending: 1 },
  ]);
});

test('what no association exports any more is not waited for, nor asked for: one that is deleted while it is waited ends the wait', async () => {
  const played: Played = { exported: 1 };
  const told: string[] = [];
  const proof = await proveExport(subjectOf(played), {
    ...lookOnce(findingsFile()),
    nudge: true,
    wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
    reporter: (event) => told.push(event.type === 'warning' ? event.message : event.type),
    sleep: async () => {
      if (played.ended !== undefined) throw new Error('it waits for what nobody exports');
      played.ended = ['dra-1'];
    },
  });
  expect(proof).toMatchObject({ result: 'not-proven', counts: { missing: 2 } });
  const look = ['comparing', 'progress', 'look'];
  expect(told).toEqual([
    ...look,
    ...['nudging', 'nudging', 'nudged', 'waiting', 'dra-1 is gone'],
    ...look,
    'no association exports what is pending any more (2 entries): it is neither waited for nor nudged',
  ]);
});

test('where only one of two associations is gone, the other one is waited for', async () => {
  const played: Played = { exported: 1, ended: ['dra-1'] };
  const subject = subjectOf(played);
  const associations = [...subject.outputs.associations, { ...subject.outputs.associations[0]!, id: 'dra-2' }];
  let waits = 0;
  const proof = await proveExport(
    { ...subject, outputs: { ...subject.outputs, associations } },
    {
      ...lookOnce(findingsFile()),
      wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
      sleep: async () => {
        waits += 1;
        if (waits > 2) throw new Error('it waits for what nobody exports');
        played.ended = waits < 2 ? ['dra-1'] : ['dra-1', 'dra-2'];
      },
    },
  );
  expect(proof.result).toBe('not-proven');
  expect(waits).toBe(2);
});

test("a proof is dated by AWS's clock, as it is when the last look begins: this machine's may be ahead, and hide what was written since", async () => {
  const played: Played = { exported: 2, awsMs: changedMs };
  let nowMs = changedMs + 600_000;
  const proof = await proveExport(subjectOf(played), {
    ...lookOnce(findingsFile()),
    wait: { timeoutMs: 3_600_000, intervalMs: 30_000 },
    now: () => new Date(nowMs),
    sleep: async (durationMs) => {
      nowMs += durationMs;
      played.exported = 3;
      played.awsMs = changedMs + durationMs;
    },
  });
  expect(proof).toMatchObject({ result: 'proven', createdAt: new Date(changedMs + 30_000).toISOString() });
});

test('a source whose association is not built has nothing to be compared with: no proof of the rest passes for one of it', async () => {
  const subject = subjectOf({ exported: 3 });
  const elsewhere = subject.outputs.associations.map((each) => ({ ...each, file_system_path: '/nyse' }));
  const prove = (withSource: boolean) =>
    proveExport(
      { ...subject, outputs: { ...subject.outputs, associations: elsewhere } },
      { ...lookOnce(findingsFile()), withSource },
    );
  await expect(prove(true)).rejects.toMatchObject({
    exitCode: 3,
    message: 'the source is pulled into /nasdaq, and what is built is /nyse',
    hint: expect.stringContaining('--no-source'),
  });
  await expect(prove(false)).resolves.toMatchObject({ result: 'proven', source: null });
});

test('with a source that the host does not pull from nothing is proven: what it says would be true of another', async () => {
  const own = pullJob(subjectOf({ exported: 3 }));
  const other = { ...own, source: { ...own.source, path: '/before' } };
  const look = (job: unknown, withSource: boolean) =>
    proveExport(subjectOf({ exported: 3, job }), { ...lookOnce(findingsFile()), withSource });
  await expect(look(own, true)).resolves.toMatchObject({ result: 'proven' });
  await expect(look(other, false)).resolves.toMatchObject({ result: 'proven', source: null });
  await expect(look(other, true)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/source\.path is "\/before" there, .*; nothing was proven$/),
  });
});

test('a look that does not come to its end leaves the findings of the last one that did', async () => {
  await proveExport(subjectOf({ exported: 1 }), lookOnce(findingsFile()));
  const whole = readFileSync(findingsFile(), 'utf8');
  expect(whole.split('\n')).toHaveLength(3);
  const unseen = subjectOf({ exported: 1, mounts: [mountLine({ root: '/nasdaq' })] });
  await expect(proveExport(unseen, lookOnce(findingsFile()))).rejects.toMatchObject({ code: 'FILE_SYSTEM_UNSEEN' });
  expect(readFileSync(findingsFile(), 'utf8')).toBe(whole);
  expect(readdirSync(temporary())).toEqual(['findings.ndjson']);
});

test.each([
  ['NoSuchBucket', 404, 5, 'the bucket example-market-data is gone', 'npx sluice doctor aws'],
  [
    'AccessDenied',
    403,
    1,
    's3:ListBucket or s3:GetObject of example-market-data',
    'allow s3:ListBucket or s3:GetObject',
  ],
  ['ExpiredToken', 400, 3, 'AWS does not know who asks', 'aws sso login'],
])('a bucket that S3 answers of with %s is told with what helps', async (name, httpStatusCode, exitCode, said, fix) => {
  const subject = subjectOf({ exported: 3 });
  const send = async () => {
    throw Object.assign(new Error(`as S3 says ${name}`), { name, $metadata: { httpStatusCode } });
  };
  const s3 = { send } as unknown as S3Client;
  const unread = { ...subject, account: { ...subject.account, s3 } };
  await expect(proveExport(unread, lookOnce(findingsFile()))).rejects.toMatchObject({
    exitCode,
    message: expect.stringContaining(said),
    hint: expect.stringContaining(fix),
  });
});
