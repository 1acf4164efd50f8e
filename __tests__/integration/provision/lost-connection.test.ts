/** A connection that is cut at every command of a play in turn: opened anew, looked at, and gone on with, in one and the same run. */
import { ConnectionLost } from '../../../provision/connection/connection-lost';
import { reopeningTransport } from '../../../provision/connection/reopening';
import { ShellConnection, type Transport } from '../../../provision/connection/shell-connection';
import { sh } from '../../../provision/core/sh';
import type { TaskResult } from '../../../provision/events';
import { play } from '../../../provision/play';
import { directory } from '../../../provision/resources/directory';
import { file } from '../../../provision/resources/file';
import { installedPackage } from '../../../provision/resources/package';
import type { Role } from '../../../provision/role';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { logInTo } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';

type Cut = 'before' | 'during' | 'after';

describeWith(bootedHostNeeds, 'a connection cut in the middle of a play', () => {
  let host: BootedHost;
  beforeAll(async () => {
    host = await startBootedHost({ os: 'amazon-linux-2023' });
  });
  afterAll(() => host.stop());

  const owned = { owner: 'root:root', mode: '0755' };
  const install = sh`echo installed >>/run/installs; dnf install -y lustre-client`;
  const roles: readonly Role[] = [
    {
      name: 'role',
      needs: [],
      tasks: [
        installedPackage({ name: 'lustre-client', series: '2.15', install, module: 'lustre' }),
        directory({ path: '/opt/cut', ...owned }),
        file({ path: '/opt/cut/file', content: Buffer.from('content\n'), ...owned, mode: '0644' }),
      ].map((resource) => ({ resource })),
    },
  ];

  /** Cuts the connection at the command of this number, before it is sent, while it runs, or with its answer; later connections hold. */
  async function run(at: number, cut: Cut) {
    await host.run(
      "rm -rf /opt/cut /run/installs; sed -i '/lustre-client /d' /var/lib/stand-ins/packages 2>/dev/null || true",
    );
    let sent = 0;
    let connections = 0;
    const open = async (): Promise<Transport> => {
      connections += 1;
      const transport = await logInTo(host);
      return {
        ...transport,
        run: async (commandLine, options) => {
          sent += 1;
          if (sent !== at) return transport.run(commandLine, options);
          if (cut === 'before') await transport.close();
          const running = transport.run(commandLine, options);
          if (cut === 'after') await running;
          await transport.close();
          if (cut === 'after') throw new ConnectionLost('host-1', true);
          return running;
        },
      };
    };
    const results: TaskResult[] = [];
    const connect = async () => new ShellConnection(reopeningTransport(await open(), open), 'root');
    const [recap] = await play([{ name: 'host-1', connect, roles }], {
      mode: 'apply',
      forks: 1,
      clock: () => performance.now(),
      settleTimeoutMs: 60_000,
      reporter: (event) => {
        if (event.type === 'task-ended') results.push(event);
      },
    });
    return { recap, results, sent, connections };
  }

  test.each(['before', 'during', 'after'] as const)(
    'cut %s any command, the run goes on to its end, and no change is repeated unseen',
    async (cut) => {
      const whole = await run(Number.POSITIVE_INFINITY, cut);
      expect(whole).toMatchObject({ connections: 1, recap: { counts: { changed: 3 } } });
      for (let at = 1; at <= whole.sent; at += 1) {
        const { recap, connections } = await run(at, cut);
        expect({ at, connections, counts: recap?.counts }).toMatchObject({
          at,
          connections: 2,
          counts: { unreachable: 0, failed: 0, changed: 3 },
        });
        expect(await host.run('cat /opt/cut/file; stat -c %a /opt/cut/file')).toBe('content\n644\n');
        if (cut !== 'during') expect(await host.run('cat /run/installs')).toBe('installed\n');
      }
    },
  );
});
