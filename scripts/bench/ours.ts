/**
 * sluice as the benchmark's own process: `node ours.js '<task as JSON>'`. Bundled to one file for Node.js 16 as the agent is. Prints one
 * line of JSON at the end.
 */
import { messageOf } from '../../provision/core/errors';
import type { PullJob } from '../../provision/pull/job/job';
import { resolveAuthentication } from '../../provision/pull/login/credentials';
import { runPull } from '../../provision/pull/run';
import { connectSession } from '../../provision/pull/sftp/connect';
import { SessionPool } from '../../provision/pull/sftp/session-pool';
import { Walker } from '../../provision/pull/source/walk';
import type { OursTask } from './ours-task';

async function run({ job, list, guarantees }: OursTask): Promise<object> {
  if (list) return { entries: await listTree(job) };
  const signal = new AbortController().signal;
  const report = await runPull(job, { reporter: () => undefined, signal, env: {}, clock: Date, guarantees });
  if (report.state !== 'SUCCESS') throw new Error(JSON.stringify(report.error ?? report.failed[0]));
  return report.counts;
}

async function listTree(job: PullJob): Promise<number> {
  const authentication = await resolveAuthentication(job.source.credentials, {});
  const pool = new SessionPool({
    connect: (signal) =>
      connectSession(job.source, authentication, { requestTimeoutMs: 60_000, now: () => performance.now(), signal }),
    maxConnections: job.source.connections,
    sleep: () => Promise.resolve(),
    now: () => performance.now(),
  });
  await pool.start();
  const walker = new Walker<string>(pool);
  walker.enter(job.source.path, job.source.path);
  let entries = 0;
  for await (const listing of walker.listings()) {
    if (listing.error !== undefined) throw listing.error;
    entries += listing.entries.length;
    for (const { filename, attrs } of listing.entries) {
      const path = `${listing.directory}/${filename.toString()}`;
      if (((attrs.mode ?? 0) & 0o170000) === 0o040000) walker.enter(path, path);
    }
  }
  pool.close();
  return entries;
}

run(JSON.parse(process.argv[2] ?? '{}') as OursTask).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  },
);
