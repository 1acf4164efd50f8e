/** A stack under Terraform, as a test drives it: synthesized from sections of a configuration, planned, applied. */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configText, type Sections } from '../../helpers/config-text';
import { runApp } from '../../helpers/synth-app';
import type { Terraform } from '../../helpers/terraform';

const sluice = join(__dirname, '../../../dist/sluice.js');

export type Actions = Readonly<Record<string, string>>;

export interface PlannedChange {
  readonly actions: string[];
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly replace_paths?: readonly (readonly (string | number)[])[];
}

interface PlanJson {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: PlannedChange;
  }[];
}

export class Stack {
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

  /** `sluice destroy`, in a process of its own; rejects where it does not end well. */
  sluiceDestroy(...args: readonly string[]): Promise<string> {
    const options = { cwd: this.#folder, env: { ...this.#terraform.env }, maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [sluice, 'destroy', '--yes', ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve(`${stdout}${stderr}`);
        else reject(new Error(`sluice destroy: exit ${error.code}\n${stdout}\n${stderr}`));
      });
    });
  }

  async plan(...args: readonly string[]): Promise<number> {
    return (await this.run(['plan', '-detailed-exitcode', ...args], [0, 2])).exitCode;
  }

  async planJson(): Promise<PlanJson> {
    await this.run(['plan', '-refresh=false', '-out=tfplan']);
    return JSON.parse((await this.run(['show', '-json', 'tfplan'])).stdout);
  }

  async plannedActions(): Promise<Actions> {
    const { resource_changes: changes } = await this.planJson();
    return Object.fromEntries(
      changes
        .map(({ address, change }) => [address, change.actions.join(' ')] as const)
        .filter(([, actions]) => actions !== 'no-op'),
    );
  }
}

/** Removes the output folder as a person would: what matters lies elsewhere. */
export const forget = (folder: string) => rmSync(join(folder, 'cdktf.out'), { recursive: true });
