/**
 * What Terraform built and could not save: where credentials end amid an apply, or the disk is full, it leaves its state as `errored.tfstate` in
 * the stack's folder, and reads that file never again. A plan from the state before it builds all of it a second time.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { sh } from '../../provision/core/sh';
import { placeOfState } from '../plan-review/receipt';
import { type BuiltResource, builtOf } from './built';

/** Terraform's name for it, and OpenTofu's. */
export const unsavedFile = 'errored.tfstate';

export interface StateInUse {
  readonly binary: string;
  /** Absolute, of the stack. */
  readonly folder: string;
  /** What `state pull` printed there. */
  readonly text: string;
}

/** @throws SluiceError STATE_UNSAVED of kind `blocked` where the state in use lacks what the file holds. */
export async function assertSaved({ binary, folder, text }: StateInUse): Promise<void> {
  const file = join(folder, unsavedFile);
  const unsaved = await read(file);
  if (unsaved === undefined) return;
  const left = placeIn(unsaved, file);
  const used = placeOfState(text);
  const isSame = left.lineage === '' ? shareResources(unsaved, text) : left.lineage === used.lineage;
  if (isSame && used.serial >= left.serial) return;
  const isForked = !isSame && used.lineage !== '';
  throw new SluiceError(
    isForked
      ? `${file} holds what was built and could not be saved, and the state in use is another one (lineage ${used.lineage}, not ${left.lineage})`
      : `${file} holds what was built and could not be saved: the state in use lacks it, and all of it would be built a second time`,
    {
      code: 'STATE_UNSAVED',
      kind: 'blocked',
      hint: isForked
        ? `find out which of the two is right; where nothing of ${unsavedFile} is left, delete it`
        : pushOf(binary, folder),
    },
  );
}

/** Where the very first save failed there is no lineage yet: `state push` gives it one, or none (1.11). */
function shareResources(unsaved: string, text: string): boolean {
  const identityOf = ({ type, name, attributes }: BuiltResource) => [type, name, attributes.id].join(' ');
  const used = new Set(builtOf(text).map(identityOf));
  return builtOf(unsaved).some((resource) => used.has(identityOf(resource)));
}

/** For people: what saves it. Terraform names the command without the folder, which nobody is in. */
export function pushOf(binary: string, folder: string): string {
  const push = sh`${binary} -chdir=${folder} state push ${unsavedFile}`;
  const unlock = sh`${binary} -chdir=${folder} force-unlock`;
  return `${push}; where it finds the lock of that apply, ${unlock} with the ID that it shows comes first. Then plan, or destroy, again`;
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(file, cause);
  }
}

function placeIn(text: string, file: string): ReturnType<typeof placeOfState> {
  try {
    return placeOfState(text);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): SluiceError {
  return new SluiceError(
    `${file}, which holds what was built and could not be saved, cannot be read: ${messageOf(cause)}`,
    {
      code: 'STATE_UNSAVED',
      kind: 'blocked',
      hint: 'where nothing that it held is left in AWS, delete it; terraform import takes a resource into the state',
      cause,
    },
  );
}
