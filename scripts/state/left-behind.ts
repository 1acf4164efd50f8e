/**
 * What was built under another name, or before the state went into a bucket: another name is another state, in which nothing is built
 * yet. Such a plan creates everything anew, and says nothing of what lives on and costs as before.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Migration } from '../../config/schema';
import { stateFileOf, stateFolderOf } from '../../stacks/state-path';
import { associationType, lustreType } from '../plan-review/data-stores';
import { attributesOf, type BuiltResource, builtIn } from './built';

export interface LeftBehindOptions {
  /** Absolute. */
  readonly configFile: string;
  readonly migration: Pick<Migration, 'name' | 'fileSystem' | 'state'>;
  /** What the plan's own state holds. */
  readonly built: readonly BuiltResource[];
}

/** For people; empty where the state holds something, or no other beside the configuration is of the same data repository. */
export async function leftBehindNote({ configFile, migration, built }: LeftBehindOptions): Promise<string> {
  if (built.length > 0) return '';
  const names = await readdir(dirname(stateFolderOf(configFile, migration.name))).catch(() => []);
  const wanted = migration.fileSystem.associations.map(({ dataRepository }) => withoutSlash(dataRepository));
  const notes = names.toSorted().map(async (name) => {
    const text = await readFile(stateFileOf(configFile, name), 'utf8').catch(() => undefined);
    // One that was moved into a bucket Terraform leaves empty.
    if (name === migration.name && migration.state === undefined && text?.trim() === '') return emptyNote(name);
    const other = builtIn(text) ?? [];
    const linked = attributesOf(other, associationType, 'data_repository_path').map(withoutSlash);
    const shared = wanted.find((repository) => linked.includes(repository));
    if (shared === undefined) return '';
    const [fileSystem = 'a file system'] = attributesOf(other, lustreType, 'id');
    const fix =
      name === migration.name
        ? 'move that state into the bucket first: terraform init -migrate-state in the folder of the stack'
        : `write name: ${name} where it is the same migration`;
    return `warning: .sluice/${name} has ${fileSystem} linked to ${shared} already: this plan builds a second one beside it, and both cost\n  fix: ${fix}\n`;
  });
  return (await Promise.all(notes)).join('');
}

/** Terraform takes it for no state (1.11), and says nothing of it. */
function emptyNote(name: string): string {
  return `warning: .sluice/${name}/terraform.tfstate is empty: this plan builds everything anew, beside what was built already\n  fix: bring the state back; terraform.tfstate.backup beside it is the one before. Where nothing was ever applied, delete it\n`;
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}
