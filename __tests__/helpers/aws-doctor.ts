/** `sluice doctor aws` on an emulated AWS of the suite's own, with a network and a bucket for each test. */

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Finding } from '../../provision/diagnosis/check';
import { main } from '../../scripts/cli';
import { type EmulatedAws, startEmulatedAws } from './aws-local';
import { configText, type Sections } from './config-text';
import { createExistingNetwork, type ExistingNetwork, ec2In, releaseElasticIps, s3In } from './existing-network';
import { fakeContext } from './fake-context';
import { useTemporaryFolder } from './temporary-folder';

const sluice = join(__dirname, '../../dist/sluice.js');

export interface AwsDoctor {
  /** Open until the suite is over. */
  readonly ec2: EC2Client;
  readonly s3: S3Client;
  /** The current test's. */
  network(): ExistingNetwork;
  run(sections: Sections, ...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** A local state, of resources of a type, a name and an id; or whatever the text is. */
  writeState(migration: string, state: string | readonly BuiltInstance[]): void;
  /** In a process of its own: the SDK does not know the errors of Jest's realm. */
  runProgram(sections: Sections, env: Readonly<Record<string, string>>): ReturnType<AwsDoctor['run']>;
  /** What is not good, of the same by `--json`. */
  complaints(sections: Sections): Promise<readonly Finding[]>;
  /** That of one check, of the current test's network unless told otherwise. */
  complaint(check: string, sections?: Sections): Promise<Finding | undefined>;
}

export interface BuiltInstance {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly status?: 'tainted';
}

/** As Terraform writes it. */
export function stateText(instances: readonly BuiltInstance[]): string {
  const resources = instances.map(({ type, name, id, status }) => ({
    mode: 'managed',
    type,
    name,
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances: [{ ...(status !== undefined && { status }), attributes: { id } }],
  }));
  return JSON.stringify({ version: 4, serial: 1, lineage: 'a', outputs: {}, resources });
}

/** Something wrong in a network that was right. */
export interface NetworkFault {
  readonly what: string;
  /** Resolves with the configuration that meets it. */
  readonly plant: (ec2: EC2Client, network: ExistingNetwork) => Promise<Sections>;
  readonly check: string;
  readonly status?: 'problem' | 'unknown';
  readonly detail: RegExp;
  readonly cure: RegExp;
}

export function inAnotherNetwork(sections: Sections, from: string, to: string): Sections {
  return { ...sections, network: sections.network?.replace(from, to) ?? '' };
}

/** Call inside `describe`. */
export function useAwsDoctor(): AwsDoctor {
  const folder = useTemporaryFolder();
  const before = { ...process.env };
  let aws: EmulatedAws;
  let network: ExistingNetwork;
  const [ec2, s3] = [ec2In(), s3In()];
  beforeAll(async () => {
    aws = await startEmulatedAws();
    // Where the SDK looks for endpoint and credentials, as the AWS CLI does.
    Object.assign(process.env, aws.env);
  });
  afterAll(async () => {
    ec2.destroy();
    s3.destroy();
    process.env = before;
    await aws.close();
  });
  beforeEach(async () => {
    // The account has a quota of them, which no test leaves smaller for the next.
    await releaseElasticIps();
    network = await createExistingNetwork();
  });
  const run: AwsDoctor['run'] = async (sections, ...args) => {
    const fake = fakeContext({ cwd: folder(), env: aws.env });
    writeFileSync(join(folder(), 'migration.yaml'), configText(sections));
    const code = await main(['doctor', 'aws', ...args], fake.context);
    return { code, stdout: fake.stdout(), stderr: fake.stderr() };
  };
  const complaints: AwsDoctor['complaints'] = async (sections) => {
    const { code, stdout } = await run(sections, '--json');
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: readonly Finding[] };
    expect({ code, ok }).toEqual(ok ? { code: 0, ok: true } : { code: 1, ok: false });
    return findings.filter(({ status }) => status !== 'ok');
  };
  return {
    ec2,
    s3,
    network: () => network,
    run,
    writeState: (migration, state) => {
      const stateFolder = join(folder(), '.sluice', migration);
      mkdirSync(stateFolder, { recursive: true });
      writeFileSync(join(stateFolder, 'terraform.tfstate'), typeof state === 'string' ? state : stateText(state));
    },
    runProgram: (sections, env) => {
      writeFileSync(join(folder(), 'migration.yaml'), configText(sections));
      const options = { cwd: folder(), env: { ...process.env, ...env } };
      return new Promise((done) => {
        execFile(process.execPath, [sluice, 'doctor', 'aws'], options, (error, stdout, stderr) =>
          done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
        );
      });
    },
    complaints,
    complaint: async (check, sections = network.sections()) =>
      (await complaints(sections)).find((finding) => finding.check === check),
  };
}

/** One test for each: planted in the current test's network, it is told with its cure. Call inside `describe`. */
export function testFaults(doctor: AwsDoctor, faults: readonly NetworkFault[]): void {
  test.each(faults)('$what', async ({ plant, check, status = 'problem', detail, cure }) => {
    const sections = await plant(doctor.ec2, doctor.network());
    expect(await doctor.complaint(check, sections)).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
      cure: expect.stringMatching(cure),
    });
  });
}
