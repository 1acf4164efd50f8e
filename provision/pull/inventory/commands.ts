/** The agent's commands that look at the tree and ask for exports and releases; `agent.ts` says how they are called. */
import { resolve } from 'node:path';
import { SluiceError } from '../../core/errors';
import { guardMount } from '../destination/mount-guard';
import type { PullJob } from '../job/job';
import type { Environment } from '../login/aws/credentials';
import { fulfil } from './hsm-requests';
import { printInventory } from './inventory';
import { lfs } from './lfs';
import { openSourceTree } from './source-tree';

const commands = ['inventory', 'archive', 'release'] as const;

export interface TreeCommand {
  readonly command: (typeof commands)[number];
  /** Path of the job file. */
  readonly job: string;
  /** Of another association of the same file system; undefined: the job's destination. */
  readonly root: string | undefined;
  readonly withSource: boolean;
  readonly withDigests: boolean;
}

export interface TreeCommandOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly stdin: AsyncIterable<Buffer>;
  readonly stdout: NodeJS.WritableStream;
}

/** By hand: the parser of `node:util` is newer than early releases of Node.js 16. Undefined where it is none of these commands, or wrong. */
export function parseTreeCommand([name, ...words]: readonly string[]): TreeCommand | undefined {
  const command = commands.find((each) => each === name);
  const values: Record<string, string | undefined> = {};
  const flags = new Set<string>();
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--job' || word === '--root') values[word] = words.shift();
    else if (command === 'inventory' && (word === '--no-source' || word === '--digests')) flags.add(word);
    else return undefined;
  }
  const job = values['--job'];
  if (command === undefined || job === undefined || ('--root' in values && values['--root'] === undefined)) {
    return undefined;
  }
  const [withSource, withDigests] = [!flags.has('--no-source'), flags.has('--digests')];
  return { command, job, root: values['--root'], withSource, withDigests };
}

/**
 * Reads only what is mounted: an empty directory beneath a failed mount would look like a tree without files.
 * @throws SluiceError where the mount is missing, the root lies outside it, or the source cannot be reached.
 */
export async function runTreeCommand(
  { command, root, withSource, withDigests }: Omit<TreeCommand, 'job'>,
  job: PullJob,
  { env, signal, stdin, stdout }: TreeCommandOptions,
): Promise<void> {
  const path = root === undefined ? job.destination.path : rootWithin(job, root);
  const guard = await guardMount({ ...job.destination, path });
  try {
    const isLustre = job.destination.mount !== null;
    if (command === 'inventory') {
      const source = withSource ? await openSourceTree(job, { env, signal }) : undefined;
      const stateDirectory = withDigests ? job.stateDirectory : undefined;
      await printInventory({ root: path, source, lfs: isLustre ? lfs : undefined, stateDirectory }, stdout).finally(
        () => source?.close(),
      );
      guard.check();
      return;
    }
    const counts = await fulfil(command, stdin, { root: path, lfs });
    stdout.write(`${JSON.stringify(counts)}\n`);
  } finally {
    guard.stop();
  }
}

function rootWithin({ destination }: PullJob, root: string): string {
  const path = resolve(root);
  const mountPoint = destination.mount?.mountPoint;
  if (mountPoint === undefined || path === mountPoint || path.startsWith(`${mountPoint}/`)) return path;
  throw new SluiceError(`${path} does not lie on the mount at ${mountPoint}`, {
    code: 'ROOT_OUTSIDE_MOUNT',
    kind: 'config',
    hint: 'Give the directory of an association.',
  });
}
