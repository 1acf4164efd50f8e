/** `sluice` as people run it, in a folder of the current test with a configuration, around a stand-in for Terraform. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { configText } from '../../helpers/config-text';
import { type FakeContextOptions, fakeContext } from '../../helpers/fake-context';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { create, destroy, lustre, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { type FakeTerraform, fakeTerraform } from './fake-terraform';

export const harmless = planJson([create('aws_vpc.v', {})]);
export const harmful = planJson([destroy('aws_fsx_lustre_file_system.f', lustre)]);

/** Call at the top of a suite. What Terraform plans is harmless unless a test says otherwise. */
export function useStandInCommands() {
  const folder = useTemporaryFolder();
  const inFolder = (name: string) => join(folder(), name);
  let terraform: FakeTerraform;

  beforeEach(() => {
    terraform = fakeTerraform(folder());
    terraform.willPlan(harmless);
    writeFileSync(inFolder('migration.yaml'), configText());
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
