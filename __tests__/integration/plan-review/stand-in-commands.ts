/** `sluice` as people run it, in a folder of the current test with a configuration, around a stand-in for Terraform. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { configText, fileSystem } from '../../helpers/config-text';
import { type FakeContextOptions, fakeContext } from '../../helpers/fake-context';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { create, destroy, lustre, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { type FakeTerraform, fakeTerraform } from './fake-terraform';

export const harmless = planJson([create('aws_vpc.v', {})]);
export const harmful = planJson([destroy('aws_fsx_lustre_file_system.f', lustre)]);

/** A configuration whose file system may be destroyed. */
export const destroyable = configText(fileSystem('preventDestroy: false'));

interface StandIn {
  readonly config?: string;
  /** What Terraform plans unless a test says otherwise, as JSON. Default: what is harmless. */
  readonly plan?: unknown;
}

/** Call at the top of a suite. */
export function useStandInCommands({ config = configText(), plan = harmless }: StandIn = {}) {
  const folder = useTemporaryFolder();
  const inFolder = (name: string) => join(folder(), name);
  let terraform: FakeTerraform;

  beforeEach(() => {
    terraform = fakeTerraform(folder());
    terraform.willPlan(plan);
    writeFileSync(inFolder('migration.yaml'), config);
  });

  return {
    folder,
    inFolder,
    terraform: () => terraform,
    sluice: async (args: readonly string[], options: FakeContextOptions = {}) => {
      const env = { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform.binary, ...options.env };
      const fake = fakeContext({ cwd: folder(), ...options, env });
      const exitCode = await main(args, fake.context);
      return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
    },
  };
}
