/**
 * Real Terraform with the real AWS provider, from a mirror on this machine: nothing is downloaded. The mirror is the one
 * that TF_CLI_CONFIG_FILE configures, the folder TF_PLUGIN_DIR, or the first `registry.terraform.io` folder with the
 * provider in one of the usual places.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Need, program } from './needs';

const provider = 'registry.terraform.io/hashicorp/aws/5.100.0';

function configuration(): string | undefined {
  const { TF_CLI_CONFIG_FILE: file } = process.env;
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** Undefined also where the configured mirror is no folder of unpacked providers. */
function mirrorFolder(): string | undefined {
  const file = configuration();
  const text = file === undefined ? '' : readFileSync(file, 'utf8');
  const configured = [...text.matchAll(/^\s*path\s*=\s*"(.+)"/gm)].map(([, path = '']) => path);
  const { TF_PLUGIN_DIR: given } = process.env;
  const usual = ['/opt', '/usr/local/share/terraform', '/usr/share/terraform', join(homedir(), '.terraform.d')];
  const candidates = [...configured, ...(given === undefined ? [] : [given]), ...usual, ...usual.flatMap(subfolders)];
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
    met: configuration() !== undefined || mirrorFolder() !== undefined,
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
    PATH: process.env.PATH,
    HOME: scratch,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_CLI_CONFIG_FILE: configOf(mirrorFolder(), scratch),
    AWS_EC2_METADATA_DISABLED: 'true',
    // Collects garbage late: a third of what a command costs is that.
    GOGC: '400',
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

/** @returns a configuration of Terraform with the provider of `mirror`; where there is none, the one that is there. */
function configOf(mirror: string | undefined, scratch: string): string | undefined {
  if (mirror === undefined) return configuration();
  const ours = join(scratch, 'mirror');
  linkProvider(join(mirror, provider), join(ours, provider));
  const file = join(scratch, 'terraform.tfrc');
  writeFileSync(file, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(ours)}\n  }\n}\n`);
  return file;
}

/**
 * Terraform reads all of a provider to compare its checksum, at every command: here a script of two lines that becomes
 * the provider, and not its 700 MB.
 */
function linkProvider(real: string, ours: string): void {
  for (const platform of subfolders(real)) {
    const folder = join(ours, basename(platform));
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(platform).filter((each) => each.startsWith('terraform-provider-')))
      writeFileSync(join(folder, name), `#!/bin/sh\nexec '${join(platform, name)}' "$@"\n`, { mode: 0o755 });
  }
}
