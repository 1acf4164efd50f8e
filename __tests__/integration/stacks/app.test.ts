/** The app from the outside: what it writes, where the state goes, and what it says of a wrong configuration. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configText } from '../../helpers/config-text';
import { describeWith } from '../../helpers/needs';
import { runApp } from '../../helpers/synth-app';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { terraform, terraformNeeds } from '../../helpers/terraform';

const root = join(__dirname, '../../..');
const stackFile = (folder: string) => join(folder, 'cdktf.out/stacks/market-data/cdk.tf.json');

describe('main.ts', () => {
  const folder = useTemporaryFolder();
  const run = () => runApp(folder(), { program: 'main.ts' });

  test('writes the same stack in any folder, with the state beside the configuration', () => {
    writeFileSync(join(folder(), 'migration.yaml'), configText());
    expect(run()).toEqual({ exitCode: 0, stderr: '' });
    const first = readFileSync(stackFile(folder()), 'utf8');
    expect(JSON.parse(first).terraform.backend.local.path).toBe('../../../.sluice/market-data/terraform.tfstate');
    for (const machine of [folder(), root]) expect(first).not.toContain(machine);
    rmSync(join(folder(), 'cdktf.out'), { recursive: true });
    run();
    expect(readFileSync(stackFile(folder()), 'utf8')).toBe(first);
  });

  test('refuses a wrong configuration with every problem and exit code 3', () => {
    writeFileSync(join(folder(), 'migration.yaml'), configText({ name: 'name: A', region: 'region: 5' }));
    const { exitCode, stderr } = run();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/migration\.yaml:1:7 name: error/);
    expect(stderr).toMatch(/migration\.yaml:2:9 region: error/);
  });

  test('says which file it cannot read', () => {
    expect(run()).toEqual({ exitCode: 3, stderr: expect.stringMatching(/migration\.yaml/) });
  });
});

describeWith(terraformNeeds, 'migration.example.yaml', () => {
  const folder = useTemporaryFolder();

  test('is synthesized, and valid to Terraform', async () => {
    expect(runApp(folder(), { configFile: join(root, 'migration.example.yaml') }).exitCode).toBe(0);
    const { run, dispose } = terraform();
    try {
      const stacks = join(folder(), 'cdktf.out/stacks');
      const { stacks: built } = JSON.parse(readFileSync(join(folder(), 'cdktf.out/manifest.json'), 'utf8'));
      const stack = join(stacks, Object.keys(built)[0] ?? '');
      await run(stack, ['init', '-backend=false']);
      const { stdout } = await run(stack, ['validate', '-json']);
      expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
    } finally {
      dispose();
    }
  });
});
