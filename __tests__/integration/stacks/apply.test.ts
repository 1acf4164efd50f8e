/**
 * The life of a stack under real Terraform and the real AWS provider, against moto and our FSx: init, plan, apply, a
 * second plan without changes, the hand-over, changes of the configuration, destroy. Both network forms run side by
 * side, once: the provider waits 30 s before each first look at a file system or an association.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outputs, parseOutputs } from '../../../stacks/outputs';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../../helpers/aws-local';
import { configText, fileSystem, host, type Sections } from '../../helpers/config-text';
import { describeWith } from '../../helpers/needs';
import { runApp } from '../../helpers/synth-app';
import { useSharedFolder } from '../../helpers/temporary-folder';
import { type Terraform, terraform, terraformNeeds } from '../../helpers/terraform';

type Actions = Readonly<Record<string, string>>;

interface Life {
  readonly outputs: Outputs;
  /** Exit code of `plan -detailed-exitcode` right after the apply: 0 for no changes. */
  readonly secondPlan: number;
  /** The same after the output folder was deleted and synthesized anew. */
  readonly planFromScratch: number;
  /** The same after settings that only the provisioner reads have changed. */
  readonly planWithHostSettings: number;
  /** What another OS for the host changes: actions by address, without those that change nothing. */
  readonly otherOs: Actions;
  /** What `plan -destroy` says of a stack that is protected. */
  readonly protectedDestroy: string;
  /** What is left in the state after `destroy`. */
  readonly left: string;
}

class Stack {
  readonly #folder: string;
  readonly #terraform: Terraform;
  readonly #stackFolder: string;

  constructor(folder: string, name: string, using: Terraform) {
    this.#folder = folder;
    this.#terraform = using;
    this.#stackFolder = join(folder, 'cdktf.out/stacks', name);
  }

  run(args: readonly string[], expected?: readonly number[]) {
    return this.#terraform.run(this.#stackFolder, args, expected);
  }

  synth(sections: Sections): void {
    writeFileSync(join(this.#folder, 'migration.yaml'), configText(sections));
    const { exitCode, stderr } = runApp(this.#folder);
    if (exitCode !== 0) throw new Error(stderr);
  }

  async plan(...args: readonly string[]): Promise<number> {
    return (await this.run(['plan', '-detailed-exitcode', ...args], [0, 2])).exitCode;
  }

  async plannedActions(): Promise<Actions> {
    await this.run(['plan', '-refresh=false', '-out=tfplan']);
    const { stdout } = await this.run(['show', '-json', 'tfplan']);
    const changes: { address: string; change: { actions: string[] } }[] = JSON.parse(stdout).resource_changes;
    return Object.fromEntries(
      changes
        .map(({ address, change }) => [address, change.actions.join(' ')] as const)
        .filter(([, actions]) => actions !== 'no-op'),
    );
  }
}

/** Removes the output folder as a person would: what matters lies elsewhere. */
const forget = (folder: string) => rmSync(join(folder, 'cdktf.out'), { recursive: true });

async function live(
  folder: string,
  name: string,
  { sections, using }: { sections: Sections; using: Terraform },
): Promise<Life> {
  const stack = new Stack(folder, name, using);
  const disposable = { ...sections, ...fileSystemOf(name, 'preventDestroy: false') };
  stack.synth(disposable);
  await stack.run(['init']);
  await stack.run(['validate']);
  await stack.run(['plan', '-out=tfplan']);
  await stack.run(['apply', 'tfplan']);
  const secondPlan = await stack.plan();
  forget(folder);
  stack.synth(disposable);
  await stack.run(['init']);
  const planFromScratch = await stack.plan();
  const outputs = parseOutputs(JSON.parse((await stack.run(['output', '-json'])).stdout));
  stack.synth({ ...disposable, ...host('mountPoint: /data', 'mountOptions: [noatime, flock, user_xattr]') });
  const planWithHostSettings = await stack.plan('-refresh=false');
  stack.synth({ ...disposable, ...host('os: amazon-linux-2', 'lustreClient: lustre') });
  const otherOs = await stack.plannedActions();
  stack.synth({ ...disposable, ...fileSystemOf(name) });
  const protectedDestroy = (await stack.run(['plan', '-destroy', '-refresh=false', '-no-color'], [1])).stderr;
  stack.synth(disposable);
  await stack.run(['destroy', '-auto-approve']);
  const left = (await stack.run(['state', 'list'])).stdout;
  return { outputs, secondPlan, planFromScratch, planWithHostSettings, otherOs, protectedDestroy, left };
}

/** The valid file system, linked to a bucket of the migration's own name. */
function fileSystemOf(name: string, ...lines: readonly string[]): Sections {
  const { fileSystem: section = '' } = fileSystem(...lines);
  return { name: `name: ${name}`, fileSystem: section.replace('example-market-data', `${name}-bucket`) };
}

async function existingNetwork({ ec2, createBucket }: EmulatedAws): Promise<Sections> {
  await createBucket('existing-bucket');
  const subnets = await ec2({
    Action: 'DescribeSubnets',
    'Filter.1.Name': 'default-for-az',
    'Filter.1.Value.1': 'true',
  });
  const id = (kind: string) => new RegExp(`<${kind}Id>([^<]+)<`).exec(subnets)?.[1];
  return {
    network: `network: { mode: existing, vpcId: ${id('vpc')}, subnetId: ${id('subnet')}, operatorCidrs: [203.0.113.7/32] }`,
    buckets: 'buckets: [{ name: existing-bucket, existing: true }]',
  };
}

describeWith([...terraformNeeds, motoNeed], 'the stack, applied', () => {
  const folders = { created: useSharedFolder(), existing: useSharedFolder() };
  const lives: Partial<Record<keyof typeof folders, Life>> = {};
  let aws: EmulatedAws;
  let using: Terraform;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    using = terraform(aws.env);
    const existing = await existingNetwork(aws);
    [lives.created, lives.existing] = await Promise.all([
      live(folders.created(), 'created', { sections: {}, using }),
      live(folders.existing(), 'existing', { sections: existing, using }),
    ]);
  }, 420_000);

  afterAll(async () => {
    using?.dispose();
    await aws?.close();
  });

  describe.each(['created', 'existing'] as const)('in a network that is %s', (form) => {
    const life = () => lives[form]!;

    test('has nothing to change right after the apply', () => {
      expect(life().secondPlan).toBe(0);
    });

    test('keeps its state outside the output folder', () => {
      expect(life().planFromScratch).toBe(0);
      expect(existsSync(join(folders[form](), '.sluice', form, 'terraform.tfstate'))).toBe(true);
    });

    test('hands over what was created', () => {
      const { outputs } = life();
      expect(outputs).toMatchObject({
        name: form,
        region: 'us-east-1',
        file_system: {
          id: expect.stringMatching(/^fs-/),
          dns_name: `${outputs.file_system.id}.fsx.us-east-1.amazonaws.com`,
          lustre_version: '2.12',
        },
        associations: [
          {
            id: expect.stringMatching(/^dra-/),
            file_system_path: '/nasdaq',
            data_repository_path: `s3://${form}-bucket/nasdaq`,
          },
        ],
        buckets: [`${form}-bucket`],
        log_group: `/aws/fsx/${form}`,
        hosts: [{ instance_id: expect.stringMatching(/^i-/), username: 'ec2-user' }],
      });
      expect(outputs.hosts[0]?.address).not.toBe(outputs.hosts[0]?.private_address);
    });

    test('is not touched by settings of the host that only the provisioner reads', () => {
      expect(life().planWithHostSettings).toBe(0);
    });

    test('replaces the host, and no data, for another OS', () => {
      expect(life().otherOs).toEqual({
        'terraform_data.host_image_choice': 'update',
        'aws_instance.host_1': 'delete create',
        'aws_eip_association.host_1_address_association': 'delete create',
      });
    });

    test('refuses to be destroyed while it is protected', () => {
      expect(life().protectedDestroy).toMatch(/aws_fsx_lustre_file_system\.file_system has lifecycle\.prevent_destroy/);
    });

    test('is destroyed without a trace', () => {
      expect(life().left).toBe('');
    });
  });
});
