/**
 * Real Terraform with the real AWS provider, from a mirror on this machine: nothing is downloaded. The mirror is the one
 * that TF_CLI_CONFIG_FILE configures, the folder TF_PLUGIN_DIR, or the first `registry.terraform.io` folder with the
 * provider in one of the usual places.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findProgram, type Need, program } from './needs';

const provider = 'registry.terraform.io/hashicorp/aws/5.100.0';

function configuredMirror(): string | undefined {
  const { TF_CLI_CONFIG_FILE: file } = process.env;
  return file !== undefined && existsSync(file) ? file : undefined;
}

function mirrorFolder(): string | undefined {
  const { TF_PLUGIN_DIR: given } = process.env;
  const usual = ['/opt', '/usr/local/share/terraform', '/usr/share/terraform', join(homedir(), '.terraform.d')];
  const candidates = [...(given === undefined ? [] : [given]), ...usual, ...usual.flatMap(subfolders)];
  return candidates.find((folder) => existsSync(join(folder, provider)));
}

function subfolders(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

export const terraformNeeds: readonly Need[] = [
  program('terraform'),
  {
    what: 'a mirror of the Terraform AWS provider 5.100.0 (TF_PLUGIN_DIR)',
    met: configuredMirror() !== undefined || mirrorFolder() !== undefined,
  },
];

export interface TerraformResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Terraform {
  /** Of its runs, for programs that run Terraform themselves. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs `terraform ARGS` in a folder; rejects where the exit code is not one of `expected` (0 by default). */
  run(folder: string, args: readonly string[], expected?: readonly number[]): Promise<TerraformResult>;
  /** Removes what the runs shared. */
  dispose(): void;
}

/** @param env of the provider: the endpoint and the credentials. Nothing of the process's own AWS settings is passed on. */
export function terraform(env: Readonly<Record<string, string>> = {}): Terraform {
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-terraform-'));
  const environment = {
    PATH: [writeProgram(join(scratch, 'bin')), process.env.PATH].join(delimiter),
    HOME: scratch,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_CLI_CONFIG_FILE: configuredMirror() ?? writeConfig(scratch),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...env,
  };
  return {
    env: environment,
    run: (folder, args, expected = [0]) =>
      new Promise((resolve, reject) => {
        const options = { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
        execFile('terraform', [...args], options, (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          if (expected.includes(exitCode)) resolve({ exitCode, stdout, stderr });
          else reject(new Error(`terraform ${args.join(' ')}: exit ${exitCode}\n${stdout}\n${stderr}`));
        });
      }),
    dispose: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/**
 * Half of what a command costs is not what it does: it reads the provider's 700 MB to compare their checksum with the recorded one,
 * which is left out where none is recorded, and collects garbage early.
 * @returns `folder`, which then holds `terraform`.
 */
function writeProgram(folder: string): string {
  const real = findProgram('terraform');
  const script = `#!/bin/sh
export GOGC=400
[ "$1" = init ] || exec ${real} "$@"
${real} "$@" || exit
sed -i '/^ *hashes = \\[/,/^ *\\]/d' .terraform.lock.hcl
`;
  mkdirSync(folder);
  writeFileSync(join(folder, 'terraform'), script, { mode: 0o755 });
  return folder;
}

function writeConfig(folder: string): string {
  const file = join(folder, 'terraform.tfrc');
  const mirror = JSON.stringify(mirrorFolder() ?? dirname(provider));
  writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
  return file;
}
