import { ConnectionLost } from '../../../../provision/connection/connection-lost';
import { reopeningTransport } from '../../../../provision/connection/reopening';
import type { Transport } from '../../../../provision/connection/shell-connection';

const answer = { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' };

/** Connections that are lost as told, one after the other; the last one holds. */
function connections(losses: readonly ('sent' | 'notSent')[]) {
  const ran: string[] = [];
  let opened = 0;
  const open = async (): Promise<Transport> => {
    const loss = losses[opened];
    opened += 1;
    const name = opened;
    return {
      host: 'host',
      close: async () => {},
      run: async (commandLine) => {
        ran.push(`${commandLine} on ${name}`);
        if (loss !== undefined) throw new ConnectionLost('host', loss === 'sent');
        return answer;
      },
    };
  };
  return { open, ran, opened: () => opened };
}

test('a command that never reached the host is sent again', async () => {
  const { open, ran } = connections(['notSent']);
  const transport = reopeningTransport(await open(), open);
  expect(await transport.run('change', {})).toBe(answer);
  expect(ran).toEqual(['change on 1', 'change on 2']);
});

test('a change that may have taken effect is not repeated; the next command opens the connection', async () => {
  const { open, ran } = connections(['sent']);
  const transport = reopeningTransport(await open(), open);
  await expect(transport.run('change', {})).rejects.toMatchObject({ code: 'CONNECTION_LOST', commandSent: true });
  expect(ran).toEqual(['change on 1']);
});

test('a probe is repeated, once', async () => {
  const { open, ran } = connections(['sent', 'sent']);
  const transport = reopeningTransport(await open(), open);
  await expect(transport.run('probe', { repeatable: true })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(ran).toEqual(['probe on 1', 'probe on 2']);
  expect(await transport.run('probe', { repeatable: true })).toBe(answer);
});

test('commands lost together open one connection', async () => {
  const { open, opened } = connections(['sent']);
  const transport = reopeningTransport(await open(), open);
  await Promise.all(['a', 'b', 'c'].map((command) => transport.run(command, { repeatable: true })));
  expect(opened()).toBe(2);
});

test('a host that does not come back is asked anew by the next command', async () => {
  const { open, ran } = connections(['notSent']);
  const first = await open();
  let isDown = true;
  const transport = reopeningTransport(first, () =>
    isDown ? Promise.reject(new ConnectionLost('host', false, new Error('refused'))) : open(),
  );
  await expect(transport.run('change', {})).rejects.toThrow('refused');
  isDown = false;
  expect(await transport.run('change', {})).toBe(answer);
  expect(ran.at(-1)).toBe('change on 2');
});

test('once closed, it stays closed', async () => {
  const { open, opened } = connections(['notSent']);
  const transport = reopeningTransport(await open(), open);
  await transport.close();
  await expect(transport.run('probe', { repeatable: true })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(opened()).toBe(1);
});
