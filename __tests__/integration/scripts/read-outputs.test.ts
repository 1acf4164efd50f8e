/** The hand-over from Terraform, by whichever binary the operator has, or from a file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOutputs } from '../../../scripts/provision/read-outputs';
import { fakeContext } from '../../helpers/fake-context';
import { outputsOf } from '../../helpers/host-plays';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const outputs = outputsOf({ address: '192.0.2.1', username: 'ec2-user' });
const printed = JSON.stringify(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])));
const stackFolder = 'cdktf.out/stacks/market-data';

function read(file?: string, env: Readonly<Record<string, string>> = {}, signal?: AbortSignal) {
  const { context } = fakeContext({
    cwd: folder(),
    env: { PATH: `${folder()}:/usr/bin:/bin`, ...env },
    ...(signal === undefined ? {} : { signal }),
  });
  return readOutputs({ ...context, setExitCode: () => {} }, { file, name: 'market-data' });
}

/** A program of this name that prints the outputs in the stack's folder alone. */
function install(name: string, script = `[ "$*" = 'output -json -no-color' ] && cat printed`): void {
  mkdirSync(join(folder(), stackFolder), { recursive: true });
  writeFileSync(join(folder(), stackFolder, 'printed'), printed);
  writeFileSync(join(folder(), name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

test('Terraform is asked in the folder of the stack, or what TERRAFORM_BINARY_NAME names', async () => {
  install('terraform');
  expect(await read()).toEqual(outputs);
  install('terraform', 'exit 1');
  install('tofu');
  expect(await read(undefined, { TERRAFORM_BINARY_NAME: 'tofu' })).toEqual(outputs);
});

test('what it says when it fails is said, with the way round it', async () => {
  install('tofu', 'echo "Backend not reachable" >&2; exit 1');
  mkdirSync(join(folder(), stackFolder, '.terraform'));
  await expect(read(undefined, { TERRAFORM_BINARY_NAME: 'tofu' })).rejects.toMatchObject({
    code: 'OUTPUTS_UNUSABLE',
    kind: 'config',
    message: expect.stringContaining('Backend not reachable'),
    hint: expect.stringContaining(`tofu -chdir=${stackFolder} output -json >outputs.json`),
  });
});

test('a stack that was written only is told in our words, not in those of Terraform', async () => {
  install('terraform', 'echo "Error: Backend initialization required, please run \\"terraform init\\"" >&2; exit 1');
  await expect(read()).rejects.toMatchObject({
    kind: 'config',
    message: `no outputs from \`terraform -chdir=${stackFolder} output -json\`: the stack is written, but not applied from here`,
    hint: expect.stringMatching(/^npx sluice plan, then npx sluice apply/),
  });
});

test('one that was planned, but never applied', async () => {
  install('terraform', 'echo {}');
  await expect(read()).rejects.toMatchObject({
    hint: expect.stringMatching(/npx sluice plan, then npx sluice apply$/),
  });
});

test('a binary that is not there, and a stack that was never built, are two things', async () => {
  await expect(read()).rejects.toMatchObject({
    message: expect.stringContaining(`there is no ${stackFolder} here`),
    hint: expect.stringContaining('npx sluice apply'),
  });
  mkdirSync(join(folder(), stackFolder), { recursive: true });
  await expect(read(undefined, { PATH: folder() })).rejects.toMatchObject({ code: 'TERRAFORM_MISSING' });
});

test('an interruption is no matter of configuration', async () => {
  install('terraform');
  await expect(read(undefined, {}, AbortSignal.abort())).rejects.toMatchObject({ kind: 'interrupted' });
});

test('a file is read in place of it; one that is not there, or something else, is named', async () => {
  writeFileSync(join(folder(), 'outputs.json'), printed);
  writeFileSync(join(folder(), 'other.json'), '[]');
  expect(await read('outputs.json')).toEqual(outputs);
  await expect(read('nowhere.json')).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('nowhere.json'),
  });
  await expect(read('other.json')).rejects.toMatchObject({
    code: 'OUTPUTS_UNUSABLE',
    message: expect.stringContaining('other.json'),
    hint: expect.stringContaining(`; then terraform -chdir=${stackFolder} output -json >other.json`),
  });
});
