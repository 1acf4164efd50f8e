/**
 * The whole path on one machine, with nothing installed: source -> infrastructure -> host configuration -> pull -> proof.
 *
 *     1 source          an SFTP server in process over a generated tree (or a server of yours)
 *     2 infrastructure  migration.yaml -> the Terraform stack, synthesized; what Terraform would hand over stands in
 *     3 host            the provisioner's own roles over SSH on a stand-in host; what needs root or EC2 is skipped by name
 *     4 pull            the agent's bundle, run on that host as systemd would run it
 *     5 proof           the two trees compared byte for byte by code that shares nothing with the engine
 *     6 pull again      nothing to do
 *     7 in S3           FSx's part played into a bucket in process, and the proof of `sluice verify`
 *     8 both ways       create, change, rename, delete on either side, seen on the other
 */
import { join } from 'node:path';
import { SluiceError } from '../../provision/core/errors';
import { systemCodeOf } from '../../provision/core/system-errors';
import { exitCodeOf, type PullReport } from '../../provision/pull/record/report';
import type { CliContext } from '../context';
import type { DemoSource } from './demo-config';
import { generateKeyPair } from './ssh-keys';
import { Stage } from './stage';
import { startStandInBucket } from './stand-in-bucket';
import { startStandInHost } from './stand-in-host';
import { showBothWays } from './steps/both-ways';
import { exportAndVerify } from './steps/export';
import { provisionHost } from './steps/host';
import { synthesizeStack } from './steps/infrastructure';
import { compareWithSource } from './steps/proof';
import { pullOnHost } from './steps/pull';
import { nameSource, startSource } from './steps/source';
import { openWorkspace } from './workspace';

export interface DemoOptions {
  /** Absolute. */
  readonly folder: string;
  /** A server of the user's; undefined: the demo's own. */
  readonly source: DemoSource | undefined;
}

/** Returns the exit code. */
export async function runDemo(context: CliContext, options: DemoOptions): Promise<number> {
  const stage = new Stage(context, await openWorkspace(options.folder));
  try {
    return await steps(stage, options.source);
  } catch (error) {
    throw isOfFullDisk(error) ? fullDisk(options.folder, error) : error;
  } finally {
    await stage.close();
    stage.workspace.release();
  }
}

/** A failed write does not say to which file. Of the demo's S3 the code is the error's name. */
function isOfFullDisk(error: unknown): error is Error {
  const { name } = error as Error;
  return [systemCodeOf(error), name].some((each) => each === 'ENOSPC' || each === 'EDQUOT');
}

function fullDisk(folder: string, cause: Error): SluiceError {
  return new SluiceError(`${folder} has no room for the demo: ${cause.message}`, {
    code: 'DEMO_FOLDER_FULL',
    hint: 'it takes 600 MiB: make room there, or name a folder on another disk with --dir',
    cause,
  });
}

async function steps(stage: Stage, givenSource: DemoSource | undefined): Promise<number> {
  const operator = generateKeyPair('operator');
  const source = givenSource === undefined ? await startSource(stage) : nameSource(stage, givenSource);
  const migration = await synthesizeStack(stage, { source, operatorPublicKey: operator.publicKey });
  const host = await startStandInHost(stage, operator);
  const provisioned = await provisionHost(stage, host, migration);
  if (provisioned !== 0) return provisioned;

  stage.title('4 pull', `the agent, on the stand-in host, into ${stage.shown(stage.workspace.landing)}`);
  const first = await pullOnHost(stage, host);
  if (first.state !== 'SUCCESS') return exitCodeOf(first);
  if (givenSource !== undefined) trustTheEngine(stage);
  else if (!(await compareWithSource(stage))) return 1;

  stage.title('6 pull again', 'what has arrived is not sent twice');
  const second = await pullOnHost(stage, host);
  if (second.counts.filesTransferred > 0 && givenSource === undefined) {
    throw new SluiceError(`the second pull sent ${second.counts.filesTransferred} files again`, {
      code: 'NOT_IDEMPOTENT',
    });
  }
  if (givenSource === undefined) {
    const bucket = await startStandInBucket(stage, migration);
    if (!(await exportAndVerify(stage, { migration, host, bucket }))) return 1;
    await showBothWays(stage, bucket);
  }
  summarize(stage, first, second);
  return exitCodeOf(second);
}

/** A server of the user's cannot be read from disk; the pull has ended in SUCCESS. */
function trustTheEngine(stage: Stage): void {
  stage.title('5 proof', 'the engine compared the whole of both sides (POINT_IN_TIME_CONSISTENT) and every digest');
}

function summarize(stage: Stage, first: PullReport, second: PullReport): void {
  const { landing, configFile, folder } = stage.workspace;
  stage.title('done', `in ${stage.elapsed()}`);
  stage.print(`the tree, as FSx would export it  ${stage.shown(landing)}
the configuration                 ${stage.shown(configFile)}
the Terraform stack               ${stage.shown(join(folder, 'cdktf.out/stacks/sluice-demo'))}
report of the first pull          ${stage.shown(first.files.report)}
report of the second pull         ${stage.shown(second.files.report)}
`);
}
