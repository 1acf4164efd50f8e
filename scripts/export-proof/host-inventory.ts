/** The host's side: the agent's inventory, streamed over the connection, and requests to it. */
import { Readable } from 'node:stream';
import type { Connection } from '../../provision/connection/connection';
import { joinCommands, sh } from '../../provision/core/sh';
import type { InventoryEnd, InventoryEntry } from '../../provision/pull/inventory/entry';
import type { FileRequest, RequestCounts } from '../../provision/pull/inventory/hsm-requests';
import { type HostLayout, hostPaths } from '../../provision/roles/layout';
import { agentFailure, agentLines, agentTimeoutMs } from '../pull/agent-on-host';

export interface HostTree {
  readonly connection: Connection;
  readonly layout: HostLayout;
  /** Absolute, on the host. */
  readonly root: string;
  readonly signal: AbortSignal;
}

/** Entries in the order of keys, in batches. @throws SluiceError where the listing is not whole. */
export async function* hostInventory(
  tree: HostTree,
  { withSource, withDigests }: { readonly withSource: boolean; readonly withDigests: boolean },
): AsyncGenerator<readonly InventoryEntry[]> {
  const flags = [...(withSource ? [] : ['--no-source']), ...(withDigests ? ['--digests'] : [])];
  const { connection, signal } = tree;
  let end: InventoryEnd | undefined;
  for await (const lines of agentLines(connection, agentCommand(tree, 'inventory', flags), { signal })) {
    const batch: InventoryEntry[] = [];
    for (const line of lines) {
      const value = JSON.parse(line) as InventoryEntry | InventoryEnd;
      if ('end' in value) end = value;
      else batch.push(value);
    }
    yield batch;
  }
  if (end === undefined) throw agentFailure(connection.host, { exitCode: 1, stderr: 'error: the listing has no end' });
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
  const result = await tree.connection.exec(agentCommand(tree, verb, []), {
    stdin: Readable.from(lines(), { objectMode: false }),
    timeoutMs: agentTimeoutMs,
    signal: tree.signal,
  });
  if (result.exitCode !== 0) throw agentFailure(tree.connection.host, result);
  return JSON.parse(result.stdout.toString('utf8')) as RequestCounts;
}

function agentCommand({ layout, root }: HostTree, command: string, flags: readonly string[]) {
  const { node, agent, job } = hostPaths(layout);
  return joinCommands([sh`exec ${node} ${agent} ${command} --job ${job} --root ${root}`, sh`${flags}`], ' ');
}
