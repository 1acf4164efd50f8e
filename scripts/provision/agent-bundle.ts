/** The agent as it is uploaded. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../provision/core/errors';
import { packageFolder } from '../package-folder';

/** The one file that runs on the host; built beside the command line by `npm install`. */
export async function readAgentBundle(): Promise<Buffer> {
  const file = join(packageFolder(), 'dist/agent.js');
  try {
    return await readFile(file);
  } catch (error) {
    throw new SluiceError(`the agent's bundle ${file} is not there`, {
      code: 'AGENT_NOT_BUILT',
      hint: 'build it: npm run prepare',
      cause: error,
    });
  }
}
