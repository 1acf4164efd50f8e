/** Prints every right configuration, synthesized, and with which library. A program: `cdktn-for-cdktf.js` gives it another one. */
import { rightConfigurations } from './right-configurations';
import { migrationOf, synthesize } from './synth';

const stacks = rightConfigurations.map(([name, given]) => [name, synthesize(migrationOf(given)).json]);
process.stdout.write(JSON.stringify({ library: require.resolve('cdktf'), stacks: Object.fromEntries(stacks) }));
