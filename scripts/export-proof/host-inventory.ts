/** The host's side: the agent's inventory, streamed over the connection, and requests to it. */
import { PassThrough, Readable } from 'node:stream';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import { linesOf } from '../../provision/core/lines';
import { joinCommands, sh } from '../../provision/core/sh';
import type { InventoryEnd, InventoryEntry } from '../../provision/pull/inventory/entry';
import type { FileRequest, RequestCounts } from '../../provision/pull/inventory/hsm-requests';
import { type HostLayout, hostPaths } from '../../provision/roles/layout';

export interface HostTree {
  readonly connection: Connection;
  readonly layout: HostLayout;
  /** Absolute, on the host. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** A tree of many millions takes hours; a host that is gone is noticed by the connection. */
const timeoutMs = 24 * 3_600_000;

/** Entries in the order of keys, in batches. @throws SluiceError where the listing is not whole. */
export async function* hostInventory(
  tree: HostTree,
  { withSource, withDigests }: { readonly withSource: boolean; readonly withDigests: boolean },
): AsyncGenerator<readonly InventoryEntry[]> {
  const stdout = new PassThrough();
  const abort = new AbortController();
  const signal = AbortSignal.any([tree.signal, abort.signal]);
  const flags = [...(withSource ? [] : ['--no-source']), ...(withDigests ? ['--digests'] : [])];
  const command = agentCommand(tree, 'inventory', flags);
  const run = tree.connection.exec(command, { stdout, timeoutMs, signal });
  run.catch((error: Error) => stdout.destroy(error));
  let end: InventoryEnd | undefined;
  try {
    for await (const lines of linesOf(stdout)) {
      const batch: InventoryEntry[] = [];
      for (const line of lines) {
        const value = JSON.parse(line) as InventoryEntry | InventoryEnd;
        if ('end' in value) end = value;
        else batch.push(value);
      }
      yield batch;
    }
    const { exitCode, stderr } = await run;
    if (exitCode !== 0) throw refused(tree.connection.host, exitCode, stderr);
    if (end === undefined) throw refused(tree.connection.host, exitCode, 'the listing has no end');
  } finally {
    abort.abort();
    await run.catch(() => undefined);
  }
}

/** Has the agent archive or release files; see `fulfil` there. */
export async function requestOfHost(
  tree: HostTree,
  verb: 'archive' | 'release',
  files: AsyncIterable<readonly FileRequest[]>,
): Promise<RequestCounts> {
  const lines = async function* () {
    for await (const batch of files) yield batch.map((file) => `${JSON.stringify(file)}\n`).join('');
  };
  const { exitCode, stdout, stderr } = await tree.connection.exec(agentCommand(tree, verb, []), {
    stdin: Readable.from(lines(), { objectMode: false }),
    timeoutMs,
    signal: tree.signal,
  });
  if (exitCode !== 0) throw refused(tree.connection.host, exitCode, stderr);
  return JSON.parse(stdout.toString('utf8')) as RequestCounts;
}

function agentCommand({ layout, root }: HostTree, command: string, flags: readonly string[]) {
  const { node, agent, job } = hostPaths(layout);
  return joinCommands([sh`exec ${node} ${agent} ${command} --job ${job} --root ${root}`, sh`${flags}`], ' ');
}

/** The agent's own words, as its `error:` and `fix:` lines have them. */
function refused(host: string, exitCode: number, stderr: string): SluiceError {
  const [, message] = /^error: (.*)$/m.exec(stderr) ?? [];
  const [, hint] = /^ {2}fix: (.*)$/m.exec(stderr) ?? [];
  if (/^usage: /m.test(stderr)) {
    return new SluiceError(`${host}: the agent there is older than this sluice`, {
      code: 'AGENT_OUTDATED',
      kind: 'blocked',
      hint: 'npx sluice provision --tags agent',
    });
  }
  return new SluiceError(`${host}: ${message ?? (stderr.trim() || `the agent ended with ${exitCode}`)}`, {
    code: 'INVENTORY_FAILED',
    kind: exitCode === 4 ? 'unreachable' : exitCode === 5 ? 'blocked' : exitCode === 3 ? 'config' : 'failed',
    hint: hint ?? 'is the host provisioned? sluice provision --check tells',
  });
}
