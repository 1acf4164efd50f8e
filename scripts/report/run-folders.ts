/**
 * Finds the runs that a person means by a path: a run's folder (or a file in it), a state directory with its runs/, a folder of runs,
 * as `sluice pull report` keeps them, or a folder of state directories, as `sluice copy` keeps one for each destination.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';

const nameOne =
  'Name a run folder (with events.ndjson) or a state directory (with runs/): the --state-dir of `sluice copy`, /var/lib/sluice on the host. To see those of a host from here: sluice pull history, sluice pull report.';

/** Absolute paths of run folders, newest first; a run's folder is named by its start. @throws SluiceError NO_RUNS, NO_SUCH_FOLDER, RUNS_UNREADABLE */
export function findRuns(path: string): string[] {
  const folder = folderOf(path);
  if (isRun(folder)) return [folder];
  const holders = [folder, ...foldersIn(folder)].map((state) => join(state, 'runs')).filter(existsSync);
  const runs = [folder, ...holders].flatMap(foldersIn).filter(isRun);
  if (runs.length > 0) return newestFirst(runs);
  throw new SluiceError(`${path} holds no run`, {
    code: 'NO_RUNS',
    kind: 'config',
    hint: nameOne,
  });
}

/** Where `sluice copy` keeps its state unless told otherwise. */
export function defaultStateFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const base = env.XDG_STATE_HOME;
  return join(base === undefined || base === '' ? join(home, '.local', 'state') : base, 'sluice', 'copies');
}

/** Removes what was named twice. */
export function newestFirst(runs: readonly string[]): string[] {
  const started = (run: string) => basename(run).slice(0, '2026-11-22T20-33-59-733Z'.length);
  return [...new Set(runs)].sort((a, b) => (started(a) < started(b) ? 1 : started(a) > started(b) ? -1 : 0));
}

function folderOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new SluiceError(`${path} does not exist`, {
      code: 'NO_SUCH_FOLDER',
      kind: 'config',
      hint: nameOne,
    });
  }
  return stats.isDirectory() ? resolve(path) : dirname(resolve(path));
}

function isRun(folder: string): boolean {
  return existsSync(join(folder, 'events.ndjson')) || existsSync(join(folder, 'report.json'));
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch (cause) {
    throw new SluiceError(`cannot list ${folder}: ${messageOf(cause)}`, {
      code: 'RUNS_UNREADABLE',
      hint: "A host's state directory is root's: read it there with sudo, or from your machine with sluice pull history and sluice pull report.",
      cause,
    });
  }
}
