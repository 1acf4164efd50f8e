/**
 * `sluice verify` and `sluice release` as an operator runs them: a thousand files pulled onto a booted host, exported into moto's S3 by who
 * plays FSx, then a fault of every kind on each of the three sides.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DataRepository } from '../../scripts/aws-local/data-repository/data-repository';
import type { FiledFinding } from '../../scripts/export-proof/findings-file';
import type { Proof } from '../../scripts/export-proof/proof';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../helpers/aws-local';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../helpers/booted-host';
import { testFileSystem } from '../helpers/host-plays';
import { describeWith } from '../helpers/needs';
import { migrationOperator } from '../helpers/operator';
import { agentBuilt, runtimesNeed } from '../helpers/runtimes';
import { type Sshd, startSshd } from '../helpers/sshd';
import { useSharedFolder } from '../helpers/temporary-folder';

const needs = [...bootedHostNeeds, motoNeed, agentBuilt, runtimesNeed(['24.21.0'])];
const bucket = 'example-market-data';
const root = '/fsx/nasdaq';
const files = 1000;
const pathOf = (index: number) => `captures/${index % 10}/trades-${String(index).padStart(4, '0')}.csv`;

describeWith(needs, 'the proof of export', () => {
  const folder = useSharedFolder();
  const before = { ...process.env };
  let aws: EmulatedAws;
  let s3: S3Client;
  let host: BootedHost;
  let server: Sshd;
  let repository: DataRepository;
  let sluice: ReturnType<typeof migrationOperator>;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    // Where the SDK looks for endpoint and credentials.
    Object.assign(process.env, aws.env, { AWS_REGION: 'us-east-1' });
    await aws.createBucket(bucket);
    s3 = new S3Client({ maxAttempts: 5 });
    host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
    server = await startSshd({ address: host.gateway });
    for (let index = 0; index < files; index += 1) writeSource(pathOf(index), `${index},`.repeat(20));
    const tree = join(folder(), 'outgoing');
    sluice = migrationOperator({ folder: folder(), os: 'amazon-linux-2023', host, server, tree });
    await succeeds('provision');
    await succeeds('pull', 'start');
    repository = new DataRepository({
      root: host.path(root),
      s3,
      bucket,
      keyPrefix: 'nasdaq/',
      autoExport: ['NEW', 'CHANGED', 'DELETED'],
      autoImport: [],
    });
  });
  afterAll(async () => {
    process.env = before;
    s3?.destroy();
    await host?.stop();
    await server?.stop();
    await aws?.close();
  });

  function writeSource(path: string, content: string): void {
    const file = join(folder(), 'outgoing', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  async function succeeds(...args: readonly string[]): Promise<void> {
    const { exitCode, stdout, stderr } = await sluice(...args);
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: exit ${exitCode}: ${stderr}${stdout}`);
  }

  async function verify(...args: readonly string[]) {
    const { exitCode, stdout, stderr } = await sluice(
      'verify',
      ...(args.includes('--events') ? [] : ['--json']),
      ...args,
    );
    if (stdout === '') throw new Error(`exit ${exitCode}: ${stderr}`);
    const told = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const text = readFileSync(join(folder(), '.sluice/market-data/findings.ndjson'), 'utf8');
    const findings = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as FiledFinding]));
    const last = told.at(-1);
    return { exitCode, stderr, findings, told, proof: (last.type === 'proof' ? last.proof : last) as Proof };
  }

  const kindsOf = (findings: readonly FiledFinding[]) => findings.map(({ kind, path }) => `${kind} ${path}`).sort();
  const object = (path: string) => ({ Bucket: bucket, Key: `nasdaq/${path}` });
  const marksArchived = (...paths: readonly string[]) =>
    host.run(`cd ${root} && lfs hsm_set --exists --archived ${paths.map((path) => `${root}/${path}`).join(' ')}`);

  /** As FSx would, once it is asked to: every file named in the stand-in's list is exported and marked. */
  async function exportRequests(): Promise<void> {
    const list = host.path('/var/lib/fsx/archive-requests');
    const { stdout } = await host.exec('cat /var/lib/fsx/archive-requests 2>/dev/null');
    if (stdout === '') return;
    rmSync(list, { force: true });
    for (const path of new Set(stdout.split('\0').filter((each) => each !== ''))) {
      await repository.exportNow(path.slice(root.length + 1));
      await marksArchived(path.slice(root.length + 1));
    }
  }

  test('nothing, all, faults of every kind, the nudge, and the release of what is proven', async () => {
    const nothing = await verify();
    expect(nothing.exitCode).toBe(1);
    expect(nothing.proof).toMatchObject({
      result: 'not-proven',
      counts: { files, missing: files, notPulled: 0, extra: 0 },
      source: { files },
      bucket: { objects: 0 },
    });

    await repository.sync();
    await host.run(`find ${root} -type f -print0 | xargs -0 lfs hsm_set --exists --archived`);
    const all = await verify();
    expect(all.findings).toEqual([]);
    expect(all.stderr).toMatch(/^connect\nwarning: FSx shows no fs-.*\ncompare: about 1,000 files\n/);
    expect(all).toMatchObject({
      exitCode: 0,
      proof: { result: 'proven', counts: { files }, bucket: { objects: files } },
    });
    expect((await sluice('verify', '--no-source')).stdout).toMatch(/PROVEN: every file is in S3/);

    const [missing, truncated, stale, misnamed, failed, dirty, unmarked, swapped] = Array.from(
      { length: 8 },
      (_, index) => pathOf(index * 100 + 7),
    ) as [string, string, string, string, string, string, string, string];
    await s3.send(new DeleteObjectCommand(object(missing)));
    await s3.send(new PutObjectCommand({ ...object(truncated), Body: 'short' }));
    await host.run(`cd ${root} && printf %0${20 * '207,'.length}d 0 >${stale}`);
    await marksArchived(stale);
    const moved = await s3.send(new GetObjectCommand(object(misnamed)));
    const body = (await moved.Body?.transformToByteArray()) ?? '';
    const elsewhere = { ...object(`${misnamed}.part`), Body: body, Metadata: moved.Metadata ?? {} };
    await s3.send(new PutObjectCommand(elsewhere));
    await s3.send(new DeleteObjectCommand(object(misnamed)));
    await s3.send(new DeleteObjectCommand(object(failed)));
    await host.run(
      `rm /var/lib/fsx/hsm/$(stat -c %i ${root}/${failed}) /var/lib/fsx/hsm/$(stat -c %i ${root}/${unmarked})`,
    );
    await logFailure(failed);
    await host.run(`touch ${root}/${dirty}`);
    const current = await s3.send(new GetObjectCommand(object(swapped)));
    const other = Buffer.alloc((await current.Body?.transformToByteArray())?.length ?? 0, 'x');
    await s3.send(new PutObjectCommand({ ...object(swapped), Body: other, Metadata: current.Metadata ?? {} }));
    await s3.send(new PutObjectCommand({ ...object('from-somebody-else.csv'), Body: 'x' }));
    writeSource('late.csv', 'x');
    const planted = [
      `missing ${missing}`,
      `different ${truncated}`,
      `different ${stale}`,
      `notPulled ${stale}`,
      `missing ${misnamed}`,
      `extra ${misnamed}.part`,
      `missing ${failed}`,
      `unarchived ${dirty}`,
      `notPulled ${dirty}`,
      `unarchived ${unmarked}`,
      'extra from-somebody-else.csv',
      'notPulled late.csv',
    ].sort();
    const faulty = await verify();
    expect(kindsOf(faulty.findings)).toEqual(planted);
    expect(faulty.exitCode).toBe(1);
    expect(faulty.findings.find(({ path }) => path === failed)?.reason).toMatch(/FSx: S3ExportAccessDenied/);
    expect(faulty.proof.exportQueue.failures).toBe(1);

    // Same size, same time, other content: only reading the object shows it.
    const read = await verify('--read-objects');
    expect(kindsOf(read.findings)).toEqual([...planted, `different ${swapped}`].sort());
    expect(read.findings.find(({ path }) => path === swapped)?.reason).toMatch(/SHA-256/);

    await host.run('touch /etc/stand-ins/archives-later');
    const nudging = verify('--events', '--nudge', '--wait', '--interval', '1', '--timeout', '5');
    let isOver = false;
    const over = nudging.finally(() => {
      isOver = true;
    });
    over.catch(() => undefined);
    while (!isOver) {
      await exportRequests();
      await delay(200);
    }
    const nudged = await over;
    expect(nudged.stderr).toBe('');
    expect(nudged.told).toContainEqual(
      expect.objectContaining({ type: 'nudged', counts: expect.objectContaining({ files: 3 }) }),
    );
    // Nobody plays FSx's own API here.
    expect(nudged.told[0]).toEqual({ type: 'warning', message: expect.stringContaining('FSx shows no fs-') });
    expect(nudged.told[1]).toEqual({ type: 'comparing', look: 1, expectedFiles: files });
    expect(new Set(nudged.told.map(({ type }) => type))).toEqual(
      new Set(['warning', 'comparing', 'progress', 'look', 'nudging', 'nudged', 'waiting', 'proof']),
    );
    const exported = [`missing ${failed}`, `unarchived ${dirty}`, `unarchived ${unmarked}`];
    expect(kindsOf(nudged.findings)).toEqual(planted.filter((each) => !exported.includes(each)));

    const lost = [missing, truncated, stale, misnamed];
    const would = await sluice('release', '--check', '--json');
    expect(would).toMatchObject({ exitCode: 2 });
    expect(JSON.parse(would.stdout)).toMatchObject({ files: files - lost.length, refused: 0 });
    expect((await sluice('release')).stdout).toMatch(/^\/nasdaq: freed 996 files/);
    const states = await host.run(`cd ${root} && lfs hsm_state ${[...lost, dirty, pathOf(1)].join(' ')}`);
    expect(states.match(/released/g)).toHaveLength(2);
    expect(JSON.parse((await sluice('release', '--check', '--json')).stdout)).toMatchObject({ files: 0 });
  });

  async function logFailure(path: string): Promise<void> {
    const logs = new CloudWatchLogsClient({});
    const stream = { logGroupName: '/aws/fsx/market-data', logStreamName: 'datarepo_fs-0123456789abcdef0' };
    await logs.send(new CreateLogGroupCommand({ logGroupName: stream.logGroupName }));
    await logs.send(new CreateLogStreamCommand(stream));
    const message = `S3ExportAccessDenied: Failed to export file because access was denied to S3 object with key nasdaq/${path} in S3 bucket ${bucket}.`;
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message }] }));
    logs.destroy();
  }
});
