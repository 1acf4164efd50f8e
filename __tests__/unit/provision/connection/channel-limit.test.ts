import { channelRefusedCode, withChannelLimit } from '../../../../provision/connection/channel-limit';
import type { Transport } from '../../../../provision/connection/shell-connection';
import { SluiceError } from '../../../../provision/core/errors';

/** A server that opens so many sessions and refuses the next; it frees one with its end, or a moment later. */
function serverWith(sessions: number, { freesLate = false } = {}) {
  const seen = { open: 0, most: 0, ran: [] as string[] };
  const transport: Transport = {
    host: 'host',
    close: async () => {},
    run: async (commandLine) => {
      if (seen.open >= sessions) throw new SluiceError('no more', { code: channelRefusedCode, kind: 'unreachable' });
      seen.open += 1;
      seen.most = Math.max(seen.most, seen.open);
      await new Promise(setImmediate);
      const free = () => {
        seen.open -= 1;
      };
      if (freesLate) setTimeout(free, 5);
      else free();
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

test.each([3, 1])('so it is where a server of %d sessions frees them late', async (sessions) => {
  const { transport, seen } = serverWith(sessions, { freesLate: true });
  const limited = withChannelLimit(transport);
  await Promise.all(commands.map((command) => limited.run(command, {})));
  expect([...seen.ran].sort()).toEqual([...commands].sort());
});

test('a server that opens none says so, after ten seconds', async () => {
  let waitedMs = 0;
  const limited = withChannelLimit(serverWith(0).transport, async (durationMs) => {
    waitedMs += durationMs;
  });
  await expect(limited.run('true', {})).rejects.toThrow('no more');
  expect(waitedMs).toBe(10_230);
});

test('a command that was refused though there was room runs beside one that does not end before it', async () => {
  let end = () => {};
  let refusals = 1;
  const transport: Transport = {
    host: 'host',
    close: async () => {},
    run: async (commandLine) => {
      if (commandLine === 'second' && refusals-- > 0)
        throw new SluiceError('no more', { code: channelRefusedCode, kind: 'unreachable' });
      if (commandLine === 'first') await new Promise<void>((resolve) => (end = resolve));
      return { exitCode: 0, stdout: Buffer.alloc(0), stderr: '' };
    },
  };
  const limited = withChannelLimit(transport);
  const first = limited.run('first', {});
  expect(await limited.run('second', {})).toMatchObject({ exitCode: 0 });
  end();
  expect(await first).toMatchObject({ exitCode: 0 });
});
