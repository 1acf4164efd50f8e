import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { Stage } from '../../../../scripts/demo/stage';
import { pullOnHost } from '../../../../scripts/demo/steps/pull';
import { openWorkspace } from '../../../../scripts/demo/workspace';
import { agentTimeoutMs } from '../../../../scripts/pull/agent-on-host';
import { fakeContext } from '../../../helpers/fake-context';
import { localTransport } from '../../../helpers/local-transport';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

describe('the agent on the stand-in host', () => {
  const folder = useTemporaryFolder();

  /** A pull by an agent that is a shell script. */
  async function pull(agent: string) {
    const connection = new ShellConnection(localTransport(), 'login');
    const exec = jest.spyOn(connection, 'exec');
    const context = { ...fakeContext().context, setExitCode: () => {} };
    const stage = new Stage(context, await openWorkspace(join(folder(), 'demo')));
    writeFileSync(join(folder(), 'agent.js'), agent);
    const layout = {
      installDirectory: folder(),
      configDirectory: folder(),
      stateDirectory: join(folder(), 'state'),
      owner: null,
      node: '/bin/sh',
      standInForMount: folder(),
      without: {},
    };
    return { report: pullOnHost(stage, { layout, connect: async () => connection }), exec };
  }

  test('ended before its run began: its own words and exit code', async () => {
    const { report } = await pull('echo "error: the state folder is full" >&2; echo "  fix: make room" >&2; exit 5');
    await expect(report).rejects.toMatchObject({
      message: expect.stringContaining('the state folder is full'),
      hint: 'make room',
      kind: 'blocked',
    });
  });

  test('may take as long as a pull may', async () => {
    const { report, exec } = await pull('exit 0');
    await expect(report).rejects.toMatchObject({ code: 'AGENT_ENDED' });
    expect(exec).toHaveBeenCalledWith(
      expect.objectContaining({ text: expect.stringContaining('run --job') }),
      expect.objectContaining({ timeoutMs: agentTimeoutMs }),
    );
  });
});
