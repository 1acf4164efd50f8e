import { channelRefusedCode, withChannelLimit } from '../../../../provision/connection/channel-limit';
import type { Transport } from '../../../../provision/connection/shell-connection';
import { SluiceError } from '../../../../provision/core/errors';

/** A server that opens so many sessions and refuses the next. */
function serverWith(sessions: number) {
  const seen = { open: 0, most: 0, ran: [] as string[] };
  const transport: Transport = {
    host: 'host',
    close: async () => {},
    run: async (commandLine) => {
      if (seen.open >= sessions) throw new SluiceError('no more', { code: channelRefusedCode, kind: 'unreachable' });
      seen.open += 1;
      seen.most = Math.max(seen.most, seen.open);
      await new Promise(setImmediate);
      seen.open -= 1;
      seen.ran.push(commandLine);
      return { exitCode: 0, stdout: Buffer.from(commandLine), stderr: '' };
    },
  };
  return { transport, seen };
}

const commands = Array.from({ length: 40 }, (_, index) => `command ${index}`);

test.each([100, 8, 3, 1])(
  'over a server of %d sessions every command runs once, eight at a time at most',
  async (sessions) => {
    const { transport, seen } = serverWith(sessions);
    const limited = withChannelLimit(transport);
    const results = await Promise.all(commands.map((command) => limited.run(command, {})));
    expect(results.map(({ stdout }) => stdout.toString())).toEqual(commands);
    expect([...seen.ran].sort()).toEqual([...commands].sort());
    expect(seen.most).toBe(Math.min(8, sessions));
  },
);

test('a server that opens none says so', async () => {
  await expect(withChannelLimit(serverWith(0).transport).run('true', {})).rejects.toThrow('no more');
});
