import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { followLog } from '../../../../scripts/pull/follow-log';
import { lastServiceLog } from '../../../../scripts/pull/pull-service';

/** A host whose journal has nothing of the service. */
function hostWith(loadState: 'loaded' | 'not-found'): ShellConnection {
  const stdout = `mark\nsystem\nrunning\nresume\nservice\nLoadState=${loadState}\nActiveState=inactive\nSubState=dead\ntimers\n`;
  return new ShellConnection(
    {
      host: 'host-1',
      run: async (commandLine) => ({
        exitCode: 0,
        stdout: Buffer.from(commandLine.includes('journalctl') ? '' : stdout),
        stderr: '',
      }),
      close: async () => undefined,
    },
    'login',
  );
}

test('a host without the agent has no journal of it to look at or wait for: that is an error', async () => {
  const error = { code: 'NOT_PROVISIONED', message: 'host-1: there is no sluice-pull.service' };
  await expect(lastServiceLog(hostWith('not-found'), 10)).rejects.toMatchObject(error);
  const options = { lines: 10, out: { write: () => undefined }, signal: new AbortController().signal };
  await expect(followLog(hostWith('not-found'), options)).rejects.toMatchObject(error);
});

test('that of an agent that has not run yet is empty', async () => {
  expect(await lastServiceLog(hostWith('loaded'), 10)).toEqual({ text: '', cursor: undefined });
});
