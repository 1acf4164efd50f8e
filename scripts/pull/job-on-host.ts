/**
 * Whether the host pulls what the configuration says. The agent reads nothing but its job, which `sluice provision` wrote: of a configuration that was
 * changed since, or is another checkout's, a run, a dry run and a proof would say what is true of another source, or of other settings.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import { sh } from '../../provision/core/sh';
import type { RoleInput } from '../../provision/roles/input';
import { pullJob } from '../../provision/roles/job';
import { hostPaths } from '../../provision/roles/layout';

export interface JobOnHost extends Pick<RoleInput, 'migration' | 'outputs' | 'layout'> {
  readonly connection: Connection;
}

/** The fix. */
export const bringsThisOne =
  'npx sluice provision brings it this one; where what is there is right, correct the configuration here';

/** Beyond these differences are counted, and beyond so many characters a value is cut. */
const mostShown = 3;
const mostCharacters = 80;

/**
 * Costs a round trip.
 * @param undone Told where it does not: `nothing was started`.
 * @throws SluiceError JOB_OUTDATED of kind `blocked`.
 */
export async function assertCurrentJob(host: JobOnHost, undone: string): Promise<void> {
  const outdated = await outdatedJob(host);
  if (outdated === undefined) return;
  throw new SluiceError(`${outdated}; ${undone}`, {
    code: 'JOB_OUTDATED',
    kind: 'blocked',
    hint: bringsThisOne,
  });
}

/** What differs. Costs a round trip. Undefined too where there is no job, or none that can be read: the agent says so. */
export async function outdatedJob(host: JobOnHost): Promise<string | undefined> {
  const { connection, layout } = host;
  const { exitCode, stdout } = await connection.exec(sh`cat ${hostPaths(layout).job}`, { repeatable: true });
  const there = exitCode === 0 ? settingsIn(parse(stdout.toString('utf8'))) : undefined;
  if (there === undefined) return undefined;
  const wanted = settingsIn(parse(JSON.stringify(pullJob(host)))) ?? new Map();
  const names = [...new Set([...there.keys(), ...wanted.keys()])];
  const differing = names.filter((name) => !isDeepStrictEqual(there.get(name), wanted.get(name)));
  if (differing.length === 0) return undefined;
  const shown = differing
    .slice(0, mostShown)
    .map((name) => `${name} is ${shownAs(there.get(name))} there, ${shownAs(wanted.get(name))} here`);
  const more = differing.length > mostShown ? [`${differing.length - mostShown} more`] : [];
  return `${connection.host} pulls by another configuration: ${[...shown, ...more].join('; ')}`;
}

type Sections = Readonly<Partial<Record<string, unknown>>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What decides which files there are and what becomes of them, by the name that the configuration has for it, or as near as can be. */
function settingsIn(job: unknown): ReadonlyMap<string, unknown> | undefined {
  if (!isObject(job)) return undefined;
  const { source, destination, options } = job;
  const named = { source, destination, pull: options };
  return new Map(
    Object.entries(named).flatMap(([section, settings]) =>
      Object.entries(isObject(settings) ? settings : {}).map(([name, value]) => [`${section}.${name}`, value] as const),
    ),
  );
}

function isObject(value: unknown): value is Sections {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shownAs(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}...` : text;
}
