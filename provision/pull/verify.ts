/**
 * POINT_IN_TIME_CONSISTENT (DataSync API, `VerifyMode`): at the end the whole of both sides is listed again and compared: presence,
 * type, size and time. Content was compared by digest when each file was received; SFTP knows no remote checksum.
 */
import { readdirSync } from 'node:fs';
import { SluiceError } from '../core/errors';
import { type ClassifySettings, classify } from './classify';
import { sourcePathOf } from './compare';
import type { Disk } from './disk';
import type { LocalDirectory } from './local-directory';
import { failed, interrupted, isFatal, type Outcome } from './outcomes';
import { decideFile, describeType } from './plan';
import type { SessionPool } from './sftp/session-pool';
import { Walker } from './walk';

export interface VerifyOptions {
  readonly pool: SessionPool;
  readonly disk: Disk;
  readonly root: LocalDirectory;
  readonly sourcePath: string;
  readonly classify: ClassifySettings;
  readonly signal: AbortSignal;
}

interface VerifiedDirectory {
  readonly path: string;
  readonly local: LocalDirectory;
  readonly names: Set<string>;
}

/** Yields one failure for each difference, and one skipped entry for each that only the destination has (it is kept). */
export async function* comparePointInTime(options: VerifyOptions): AsyncGenerator<Outcome> {
  const walker = new Walker<VerifiedDirectory>(options.pool);
  const enter = async (path: string): Promise<void> => {
    const local = await options.root.open(path);
    walker.enter(
      { path, local, names: new Set(options.classify.reservedRootNames) },
      sourcePathOf(options.sourcePath, path),
    );
  };
  await enter('');
  for await (const { directory, entries, isLast, error } of walker.listings()) {
    for (const entry of entries) {
      const item = await classify(entry, directory.path, options.classify);
      directory.names.add(entry.filename.toString());
      // What the plan refused, skipped or left out was told then.
      if (item.kind === 'outcome') continue;
      const local = await options.disk.lstat(directory.local.at(item.name));
      if (local === undefined) yield difference(item.path, 'it is missing at the destination');
      else if (item.kind === 'file') {
        const decision = decideFile(item.file, local, { transferMode: 'CHANGED', overwriteMode: 'ALWAYS' });
        if (decision.kind === 'conflict') yield difference(item.path, `the destination has ${decision.found}`);
        if (decision.kind === 'transfer')
          yield difference(item.path, 'its size or time differs between source and destination');
      } else if (local.isDirectory()) await enter(item.path);
      else yield difference(item.path, `the destination has ${describeType(local)} where the source has a directory`);
    }
    if (options.signal.aborted) throw interrupted();
    if (error !== undefined) {
      if (isFatal(error)) throw error;
      yield failed(directory.path === '' ? '.' : directory.path, error);
    }
    if (!isLast) continue;
    for (const name of readdirSync(directory.local.at('.'))) {
      if (directory.names.has(name)) continue;
      const path = directory.path === '' ? name : `${directory.path}/${name}`;
      yield { kind: 'skipped', path, reason: 'only the destination has it; it is kept' };
    }
    await directory.local.close();
  }
}

function difference(path: string, reason: string): Outcome {
  const error = new SluiceError(reason, {
    code: 'VERIFY_DIFFERENCE',
    hint: 'It changed during the run, or could not be transferred; run again.',
  });
  return failed(path, error);
}
