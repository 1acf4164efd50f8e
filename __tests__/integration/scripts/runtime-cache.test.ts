import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { version as sluiceVersion } from '../../../package.json';
import { runtimeBuilds } from '../../../provision/roles/runtime-builds';
import { describeWith } from '../../helpers/needs';
import { agentBuilt, runtimes, runtimesNeed } from '../../helpers/runtimes';

const versions = runtimeBuilds.filter(({ arch }) => arch === 'x64').map(({ version }) => version);
const agent = join(__dirname, '../../../dist/agent.js');

describeWith(
  [
    { what: 'Linux on x64', met: process.platform === 'linux' && process.arch === 'x64' },
    agentBuilt,
    runtimesNeed(versions),
  ],
  'the pinned Node.js programs',
  () => {
    test.each(versions)('%s comes from the registry as pinned, and runs the agent', async (version) => {
      const { file } = await runtimes('x64', version);
      const run = async (...args: readonly string[]) => (await promisify(execFile)(file, args)).stdout.trim();
      expect(await run('--version')).toBe(`v${version}`);
      expect(await run(agent, '--version')).toContain(sluiceVersion);
    });
  },
);
