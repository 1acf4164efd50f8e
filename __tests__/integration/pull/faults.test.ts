/**
 * The agent as a process, from a real OpenSSH server, at 200 random moments: 100 times killed with SIGKILL, 100 times with every connection
 * cut, each moment a number of bytes from the server. One destination takes many faults until its tree is complete; then the next begins.
 *
 *     after each kill    what is seen at the destination is whole, and of the file under way no byte received is given up
 *     ever after         a file that was seen there is never opened at the server again (in its log each run has a path of its own)
 *     at the end         every file's digest is in one of the runs' manifests
 *                        the tree is the source's, byte for byte, with modes and times; nothing is left in staging
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { sha256sumLine } from '../../../provision/pull/record/sha256sum';
import { type AgentBundle, type AgentRun, bundleAgent, eventsOf, startAgent } from '../../helpers/agent-bundle';
import { type FaultProxy, startFaultProxy } from '../../helpers/fault-proxy';
import { describeWith } from '../../helpers/needs';
import { pullJob } from '../../helpers/pull';
import { compareTrees, writeTreeFile } from '../../helpers/pull-tree';
import { type Random, randomOf } from '../../helpers/random';
import { type Sshd, sshdNeeds, startSshd } from '../../helpers/sshd';
import { useSharedFolder } from '../../helpers/temporary-folder';

const faultsOfEachKind = 100;
const isBootKnown = existsSync('/proc/sys/kernel/random/boot_id');
const seed = Number(process.env.SLUICE_FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Small and varied; the large file is cut into stripes over two connections and written by a thread. */
const files: Readonly<Record<string, number>> = {
  empty: 0,
  'odd names/new\nline': 1,
  'odd names/größe': 300,
  'a/b/c/deep': 70_000,
  'exactly-32k': 32_768,
  'nearly a megabyte': 900_001,
  large: 13_000_000,
  ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`many/${index % 5}/file-${index}`, index * 211])),
};

describeWith(sshdNeeds, 'faults', () => {
  const folder = useSharedFolder();
  const serverLog = () => join(folder(), 'sftp-server.log');
  const random: Random = randomOf(seed);
  let server: Sshd;
  let proxy: FaultProxy;
  let agent: AgentBundle;
  let runs = 0;
  let trees = 0;

  beforeAll(async () => {
    for (const [path, sizeBytes] of Object.entries(files))
      writeTreeFile(join(folder(), 'source'), path, { sizeBytes, mode: 0o640 });
    mkdirSync(join(folder(), 'source/nothing'));
    // A shell starts the subsystem; what it logs is there before it answers.
    server = await startSshd({ sftp: 'sftp-server', sftpArgs: ['-e', '-l', 'VERBOSE', `2>>${serverLog()}`] });
    proxy = await startFaultProxy(server.port);
    agent = bundleAgent();
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
    agent.remove();
  });

  /** Some moments lie in the handshake and the first listing, most in the transfer. */
  const someBytes = () => 1 + Math.floor(random() * (random() < 0.2 ? 8000 : 1_800_000));

  /** Runs the agent on one destination, again and again, until it ends with success. */
  async function pullThroughFaults(begin: (run: AgentRun) => void, ended: (how: number | string) => void) {
    trees += 1;
    const target = join(folder(), `tree-${trees}`);
    mkdirSync(target);
    const out = join(target, 'out');
    const finishedBefore: { readonly via: string; readonly paths: ReadonlySet<string> }[] = [];
    let reachedBefore = 0;
    for (;;) {
      runs += 1;
      const via = join(folder(), `via-${runs}`);
      symlinkSync('source', via);
      finishedBefore.push({ via, paths: new Set(filesBelow(out)) });
      const job = pullJob({ ...server, port: proxy.port }, via, target);
      const run = startAgent(agent, job, { folder: target });
      begin(run);
      const how = await run.ended;
      ended(how);
      expect(wrongFiles(out)).toEqual([]);
      const reached = existsSync(join(out, 'large')) ? Number(files.large) : largestPart(target);
      if (isBootKnown) expect(reached).toBeGreaterThanOrEqual(reachedBefore);
      reachedBefore = reached;
      if (how !== 0) continue;
      const transferred = eventsOf(job).flatMap((event) =>
        event.type === 'entry' && event.outcome.kind === 'transferred' ? [event.outcome.path] : [],
      );
      expect(new Set(transferred).size).toBe(transferred.length);
      break;
    }
    expect(compareTrees(join(folder(), 'source'), out).differences).toEqual([]);
    expect(existsSync(join(target, 'staging'))).toBe(false);
    expect(withoutDigest(target)).toEqual([]);
    const opened = openedPaths(readFileSync(serverLog(), 'utf8'));
    const isTold = (path: string) => finishedBefore.some(({ via }) => opened.has(join(via, path)));
    expect(Object.keys(files).filter((path) => isPlain(path) && !isTold(path))).toEqual([]);
    for (const { via, paths } of finishedBefore)
      expect([...paths].filter((path) => opened.has(join(via, path)))).toEqual([]);
    rmSync(target, { recursive: true });
  }

  test('resumes from each to an identical tree, and sends no finished file twice', async () => {
    const counts = { kills: 0, cuts: 0 };
    try {
      while (counts.kills < faultsOfEachKind) {
        await pullThroughFaults(
          (run) => {
            if (counts.kills < faultsOfEachKind) proxy.strikeAfter(someBytes(), () => run.child.kill('SIGKILL'));
          },
          (how) => {
            expect([0, 'SIGKILL']).toContain(how);
            if (how === 'SIGKILL') counts.kills += 1;
          },
        );
      }
      while (counts.cuts < faultsOfEachKind) {
        const cutOnce = () => {
          proxy.cut();
          counts.cuts += 1;
          if (counts.cuts < faultsOfEachKind) proxy.strikeAfter(someBytes(), cutOnce);
        };
        await pullThroughFaults(
          () => {
            if (counts.cuts < faultsOfEachKind) proxy.strikeAfter(someBytes(), cutOnce);
          },
          // 4: not even the first connection; 1: one file met four cuts and was given up. Both go on when run again.
          (how) => expect([0, 1, 4]).toContain(how),
        );
      }
    } catch (error) {
      throw new Error(`with SLUICE_FAULT_SEED=${seed}, after ${JSON.stringify(counts)}`, { cause: error });
    }
    process.stdout.write(
      `faults: ${counts.kills} SIGKILLs and ${counts.cuts} cuts, ${runs} runs, ${trees} trees, all identical; seed ${seed}\n`,
    );
  });

  function wrongFiles(out: string): readonly string[] {
    const source = join(folder(), 'source');
    return filesBelow(out).filter((path) => !readFileSync(join(out, path)).equals(readFileSync(join(source, path))));
  }
});

function filesBelow(root: string, relative = ''): string[] {
  if (!existsSync(join(root, relative))) return [];
  return readdirSync(join(root, relative), { withFileTypes: true }).flatMap((entry) => {
    const path = join(relative, entry.name);
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}

/** Files that no run's manifest has the digest of. */
function withoutDigest(target: string): readonly string[] {
  const runs = join(target, 'state/runs');
  const lines = new Set(
    readdirSync(runs).flatMap((run) => readFileSync(join(runs, run, 'manifest.sha256'), 'utf8').split('\n')),
  );
  return filesBelow(join(target, 'out')).filter((path) => {
    const sha256 = createHash('sha256')
      .update(readFileSync(join(target, 'out', path)))
      .digest('hex');
    return !lines.has(sha256sumLine(sha256, path).trimEnd());
  });
}

/** Of the large file: a part of no more bytes than the next largest file may be that one's, and gone once it is published. */
function largestPart(target: string): number {
  const parts = join(target, 'staging/parts');
  if (!existsSync(parts)) return 0;
  const sizes = readdirSync(parts).map((id) => statSync(join(parts, id)).size);
  return Math.max(0, ...sizes.filter((size) => size > Number(files['nearly a megabyte'])));
}

/** Logged as it is. */
function isPlain(path: string): boolean {
  return /^[\w/ -]+$/.test(path);
}

/** As sftp-server logs them: `open "/path" flags READ mode 0666`, with odd bytes escaped as vis(3) does. */
function openedPaths(log: string): ReadonlySet<string> {
  return new Set([...log.matchAll(/open "(.*?)" flags READ/g)].map(([, path = '']) => path));
}
