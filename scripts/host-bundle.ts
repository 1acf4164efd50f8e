/** How what runs on a host is bundled: the agent, and sluice as the benchmark runs it. */
import type { BuildOptions } from 'esbuild';

/** One file for the host's Node.js, down to 16. */
export const hostBundle = {
  bundle: true,
  platform: 'node',
  target: 'node16',
  // ssh2's native helpers are optional to it; the host gets none.
  external: ['cpu-features', '*.node'],
  logLevel: 'warning',
} satisfies BuildOptions;
