/** `sluice synth` with the app as it is built: dist/main.js in a process of its own. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describe('sluice synth', () => {
  const folder = useTemporaryFolder();

  async function synth(config: string, ...args: readonly string[]) {
    writeFileSync(join(folder(), 'migration.yaml'), config);
    const fake = fakeContext({ cwd: folder(), env: { PATH: process.env.PATH } });
    const exitCode = await main(['synth', ...args], fake.context);
    return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
  }

  test('writes the stack, lists its resources and says what comes next', async () => {
    const { exitCode, stdout, stderr } = await synth(configText());
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^aws_fsx_lustre_file_system +1 {2}file_system$/m);
    expect(stdout).toContain('terraform -chdir=cdktf.out/stacks/market-data init');
    const stack = JSON.parse(readFileSync(join(folder(), 'cdktf.out/stacks/market-data/cdk.tf.json'), 'utf8'));
    const names = Object.values<object>(stack.resource).flatMap((named) => Object.keys(named));
    expect(stdout).toContain(`${names.length} resources`);
  });

  test('the state will lie in a folder for its owner alone', async () => {
    await synth(configText());
    for (const name of ['.sluice', '.sluice/market-data'])
      expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o700);
  });

  test('where that folder is there and open to everybody, it is shut to them; what its group may do stays', async () => {
    mkdirSync(join(folder(), '.sluice/market-data'), { recursive: true });
    chmodSync(join(folder(), '.sluice'), 0o777);
    chmodSync(join(folder(), '.sluice/market-data'), 0o775);
    await synth(configText());
    for (const name of ['.sluice', '.sluice/market-data'])
      expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o770);
  });

  test('writes where it is told, with the same state', async () => {
    const { stdout } = await synth(configText(), '--output', 'deep/er/out', '--json');
    const { stackFolder, resources } = JSON.parse(stdout);
    expect(stackFolder).toBe('deep/er/out/stacks/market-data');
    expect(resources).toContainEqual({ type: 'aws_instance', name: 'host_1' });
    const stack = JSON.parse(readFileSync(join(folder(), stackFolder, 'cdk.tf.json'), 'utf8'));
    expect(stack.terraform.backend.local.path).toBe('../../../../../.sluice/market-data/terraform.tfstate');
  });

  test('into a folder with a space in its name: what comes next is what a shell takes', async () => {
    const { stdout } = await synth(configText(), '--output', 'to be reviewed');
    expect(stdout).toMatch(/^ {2}terraform -chdir='to be reviewed\/stacks\/market-data' init$/m);
  });

  test.each(['taken', 'taken/out'])('a file where the output folder is to be (%s): exit code 3', async (output) => {
    writeFileSync(join(folder(), 'taken'), '');
    const { exitCode, stderr } = await synth(configText(), '--output', output);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /^error: the output folder .*taken.* cannot be (made|written to): E\w+.*\n {2}fix: .*--output\n$/,
    );
  });

  test('an output folder that is there and takes nothing: exit code 3', async () => {
    const { exitCode, stderr } = await synth(configText(), '--output', '/proc');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: the output folder \/proc\S* cannot be (made|written to): E\w+.*\n {2}fix: .*\n$/);
  });

  test('what is in the way inside of it: the same', async () => {
    mkdirSync(join(folder(), 'out/stacks'), { recursive: true });
    writeFileSync(join(folder(), 'out/stacks/market-data'), '');
    const { exitCode, stderr } = await synth(configText(), '--output', 'out');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: the output folder .*out\/stacks\/market-data cannot be .*\n {2}fix: .*\n$/);
  });

  test('where the app itself fails, it does not tell the warnings again', async () => {
    mkdirSync(join(folder(), 'out/manifest.json'), { recursive: true });
    const outdated = configText().replace('os: amazon-linux-2023', 'os: amazon-linux-2');
    const { exitCode, stderr } = await synth(outdated, '--output', 'out');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error: synthesis failed: ');
    expect(stderr.match(/\[lustre-client-kernel\]/g)).toHaveLength(1);
  });

  test('refuses a wrong configuration before anything is written', async () => {
    const { exitCode, stdout, stderr } = await synth(configText({ region: 'region: 5' }));
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('migration.yaml:2:9 region');
  });
});
