/** What `sluice destroy` asks AWS of the time since the proof: by AWS's clock, whatever this machine's says. */
import { writeFileSync } from 'node:fs';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateFileSystemCommand, FSxClient } from '@aws-sdk/client-fsx';
import { sealProof } from '../../../scripts/export-proof/proof';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../../helpers/aws-local';
import { createExistingNetwork } from '../../helpers/existing-network';
import { describeWith } from '../../helpers/needs';
import { proofClaims } from '../../helpers/proof-claims';
import { destroy, lustre, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { destroyable, useStandInCommands } from './stand-in-commands';

const logGroup = '/aws/fsx/market-data';
const failedImport = 'S3ImportAccessDenied: Failed to import';
const minuteMs = 60_000;
/** AWS's, which is right: the emulated one runs on this machine. */
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * minuteMs);

describeWith([motoNeed], 'destroy, and what AWS knows', () => {
  const { inFolder, terraform, sluice } = useStandInCommands({
    config: destroyable,
    plan: planJson([destroy('aws_fsx_lustre_file_system.file_system', lustre)]),
  });
  const before = { ...process.env };
  let aws: EmulatedAws;
  let subnetId: string;
  let id: string;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    // Where the SDK looks for endpoint and credentials.
    Object.assign(process.env, aws.env, { AWS_REGION: 'us-east-1' });
    ({ subnetId } = await createExistingNetwork());
    // As the stack makes it; FSx's stream comes with its first event.
    const logs = new CloudWatchLogsClient({});
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
    logs.destroy();
  });
  afterAll(async () => {
    process.env = before;
    await aws?.close();
  });

  beforeEach(async () => {
    const fsx = new FSxClient({});
    const LustreConfiguration = { DeploymentType: 'SCRATCH_2' } as const;
    const created = await fsx.send(
      new CreateFileSystemCommand({
        FileSystemType: 'LUSTRE',
        StorageCapacity: 1200,
        SubnetIds: [subnetId],
        LustreConfiguration,
      }),
    );
    fsx.destroy();
    id = created.FileSystem?.FileSystemId ?? '';
    const built = (type: string, attributes: object) => ({
      mode: 'managed',
      type,
      name: 'x',
      instances: [{ attributes }],
    });
    const resources = [
      built('aws_fsx_lustre_file_system', { id }),
      built('aws_cloudwatch_log_group', { name: logGroup }),
    ];
    terraform().setState({ serial: 4, lineage: 'l', resources });
    const fileSystemOf = { ...proofClaims.fileSystem, id };
    const claims = { ...proofClaims, createdAt: minutesAgo(40).toISOString(), fileSystem: fileSystemOf };
    writeFileSync(inFolder('proof.json'), JSON.stringify(sealProof(claims)));
  });

  /** What CloudWatch knows: of this file system, five minutes ago. */
  async function counted(MetricName: string, Value: number, dimensions: Readonly<Record<string, string>> = {}) {
    const Dimensions = Object.entries({ FileSystemId: id, ...dimensions }).map(([Name, Value]) => ({ Name, Value }));
    const MetricData = [{ MetricName, Value, Dimensions, Timestamp: minutesAgo(2) }];
    const cloudWatch = new CloudWatchClient({});
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/FSx', MetricData }));
    cloudWatch.destroy();
  }

  async function failed(minutes: number, what = 'PathSizeTooLong: Failed to export') {
    const logs = new CloudWatchLogsClient({});
    const stream = { logGroupName: logGroup, logStreamName: `datarepo_${id}` };
    await logs.send(new CreateLogStreamCommand(stream)).catch(() => undefined);
    const message = `${what}: S3 object with key nasdaq/x in S3 bucket example-market-data.`;
    const logEvents = [{ timestamp: minutesAgo(minutes).getTime(), message }];
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    logs.destroy();
  }

  const sluiceDestroy = (minutesOff = 0) =>
    sluice(['destroy', '--proof', 'proof.json', '--yes'], { now: () => minutesAgo(-minutesOff) });

  test.each([-20, 20])(
    'by %d minutes: nothing stands against a proof but what stands against it',
    async (minutesOff) => {
      expect(await sluiceDestroy(minutesOff)).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/3 files, 9 B, proven (39|4\d)m \d+s ago/),
      });
      expect(terraform().calls()).toContain('apply');
    },
  );

  test.each([-20, 20])('by %d minutes: what waits for its export is seen', async (minutesOff) => {
    await counted('AgeOfOldestQueuedMessage', 90, { Publisher: 'AutoExport' });
    expect(await sluiceDestroy(minutesOff)).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('FSx has changes still to export'),
    });
    expect(terraform().calls()).not.toContain('apply');
  });

  test.each([-20, 20])('by %d minutes: what was written since the proof is seen', async (minutesOff) => {
    await counted('DataWriteBytes', 4096);
    expect(await sluiceDestroy(minutesOff)).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('4.0 KiB were written since'),
    });
    expect(terraform().calls()).not.toContain('apply');
  });

  test('what FSx could not export since stands against a proof: it was a rename, and writes no byte', async () => {
    await failed(50);
    await failed(5);
    await failed(3, failedImport);
    expect(await sluiceDestroy()).toMatchObject({
      exitCode: 5,
      stderr: expect.stringMatching(
        /FSx logged a failure since: PathSizeTooLong: .*nasdaq\/x.*\n {2}fix: npx sluice verify/,
      ),
    });
    expect(terraform().calls()).not.toContain('apply');
  });

  test('where the log group is gone, nobody knows what failed', async () => {
    const logs = new CloudWatchLogsClient({});
    await logs.send(new DeleteLogGroupCommand({ logGroupName: logGroup }));
    try {
      expect(await sluiceDestroy()).toMatchObject({
        exitCode: 5,
        stderr: expect.stringMatching(/log group \/aws\/fsx\/.* is gone: .*\n {2}fix: npx sluice plan and apply/),
      });
      expect(terraform().calls()).not.toContain('apply');
    } finally {
      await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
      logs.destroy();
    }
  });

  test('what it could not export before, or import since, stands against none', async () => {
    await failed(50);
    await failed(5, failedImport);
    expect(await sluiceDestroy()).toMatchObject({ exitCode: 0 });
  });
});
