import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeSSH } from 'node-ssh';
import { startSshHost } from '../../../scripts/demo/ssh-host';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';

// Before the folder goes.
afterEach(() => {
  if (existsSync(inFolder('pid'))) process.kill(Number(readFileSync(inFolder('pid'), 'utf8')), 'SIGTERM');
});

const folder = useTemporaryFolder();
const inFolder = (name: string) => join(folder(), name);

test('a command whose client has gone ends with all that it started', async () => {
  const account = { username: 'me', password: 'mine' };
  const host = await startSshHost({ ...account, home: folder(), path: process.env.PATH ?? '' });
  const client = await new NodeSSH().connect({ ...account, host: '127.0.0.1', port: host.port });
  const command = `sh -c 'trap "rm pid; exit" TERM; echo $$ > new; mv new pid; while :; do sleep 1; done'; true`;
  try {
    client.execCommand(command).catch(() => {});
    await until(() => existsSync(inFolder('pid')));
    client.dispose();
    await until(() => !existsSync(inFolder('pid')));
  } finally {
    client.dispose();
    await host.close();
  }
});
