/** CDKTF is archived; its community successor makes the same stacks of the same code (docs/adr/0005-cdktf-after-its-archival.md). */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version as cdktnVersion } from 'cdktn/package.json';
import { configText } from '../../helpers/config-text';
import { everythingOn, rightConfigurations } from '../../helpers/right-configurations';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const root = join(__dirname, '../../..');
const swapped = ['--require', join(root, '__tests__/helpers/cdktn-for-cdktf.js')];

interface Run {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function node(args: readonly string[], { cwd = root, env = {} }: Run = {}): Promise<string> {
  const options = { cwd, env: { PATH: process.env.PATH, ...env }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args], options, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`)),
    );
  });
}

test('every right configuration gives the same stack with both', async () => {
  const program = ['--import', 'tsx', join(root, '__tests__/helpers/synth-all.ts')];
  const runs = await Promise.all([node(program), node([...swapped, ...program])]);
  const [ours, theirs] = runs.map((text) => JSON.parse(text));
  expect(ours.library).toContain('/node_modules/cdktf/');
  expect(theirs.library).toContain('/node_modules/cdktn/');
  expect(Object.keys(theirs.stacks)).toHaveLength(rightConfigurations.length);
  for (const [name, stack] of Object.entries(ours.stacks)) expect([name, theirs.stacks[name]]).toEqual([name, stack]);
});

describe('the app', () => {
  const folder = useTemporaryFolder();

  test('writes the same document, but for the version of the library in its comment', async () => {
    writeFileSync(join(folder(), 'migration.yaml'), configText(everythingOn('everything')));
    const write = async (outdir: string, options: readonly string[]) => {
      const env = { CDKTF_OUTDIR: join(folder(), outdir) };
      await node([...options, join(root, 'dist/main.js')], { cwd: folder(), env });
      return JSON.parse(readFileSync(join(folder(), outdir, 'stacks/everything/cdk.tf.json'), 'utf8'));
    };
    const [ours, theirs] = await Promise.all([write('ours', []), write('theirs', swapped)]);
    expect(theirs['//'].metadata.version).toBe(cdktnVersion);
    ours['//'].metadata.version = cdktnVersion;
    expect(theirs).toEqual(ours);
  });
});
