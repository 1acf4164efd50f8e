/** A stack synthesized in this process, from the sections of a configuration to the JSON that Terraform reads. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing } from 'cdktf';
import type { Migration } from '../../config/schema';
import { MigrationStack } from '../../stacks/migration-stack';
import { configText, load, type Sections } from './config-text';

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON is what it is; the tests say what they expect of it.
type Block = any;

export interface Synthesized {
  /** The text that `cdk.tf.json` holds. */
  readonly text: string;
  readonly json: Block;
  /** Resources of a type, by name; none is an empty object. */
  resources(type: string): Readonly<Record<string, Block>>;
  /** The one resource of a type. */
  only(type: string): Block;
  data(type: string): Readonly<Record<string, Block>>;
  output(name: string): Block;
}

/** @throws Error with the problems where the configuration is not valid. */
export function migrationOf(sections: Sections = {}): Migration {
  const { migration, problems } = load(configText(sections));
  if (migration === undefined) throw new Error(JSON.stringify(problems, null, 2));
  return migration;
}

export function synthesize(migration: Migration = migrationOf()): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'sluice-synth-'));
  try {
    const app = new App({ outdir, stackTraces: false });
    const text = Testing.synth(new MigrationStack(app, { migration, statePath: '../../../state' }));
    return wrap(text);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function wrap(text: string): Synthesized {
  const json = JSON.parse(text);
  const resources = (type: string) => json.resource?.[type] ?? {};
  return {
    text,
    json,
    resources,
    only: (type) => {
      const found = Object.values(resources(type));
      if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.length}`);
      return found[0];
    },
    data: (type) => json.data?.[type] ?? {},
    output: (name) => json.output[name]?.value,
  };
}
