import { EventEmitter } from 'node:events';
import { NodeSSH } from 'node-ssh';
import { startSshHost } from '../../../../scripts/demo/ssh-host';

/** As Node.js does where a process may open no more files: no pipes, and the error only then. */
jest.mock('node:child_process', () => ({
  spawn: () => {
    const child = new EventEmitter();
    process.nextTick(() => child.emit('error', new Error('spawn /bin/sh EMFILE')));
    return child;
  },
}));

test('a shell that cannot be started is the failure of that command, with what to do', async () => {
  const account = { username: 'me', password: 'mine' };
  const host = await startSshHost({ ...account, home: '/', path: '/bin' });
  const client = await new NodeSSH().connect({ ...account, host: '127.0.0.1', port: host.port });
  try {
    const { code, stderr } = await client.execCommand('true');
    expect(code).toBe(127);
    expect(stderr).toMatch(/^error: no shell can be started: spawn \/bin\/sh EMFILE\n {2}fix: .*ulimit -n/);
  } finally {
    client.dispose();
    await host.close();
  }
});
