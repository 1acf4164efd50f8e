/** The agent's journal, followed on a host with a real journald. */
import { ShellConnection } from '../../../provision/connection/shell-connection';
import { followLog } from '../../../scripts/pull/follow-log';
import { type BootedHost, bootedHostNeeds, withBootedHost } from '../../helpers/booted-host';
import { describeWith } from '../../helpers/needs';
import { until } from '../../helpers/until';

const unit = (text: string) =>
  `printf '[Service]\\nType=oneshot\\nExecStart=/bin/echo ${text}\\n' >/run/systemd/system/sluice-pull.service
systemctl daemon-reload`;
const started = (text: string) => `${unit(text)} && systemctl start sluice-pull`;

const connect = (host: BootedHost) =>
  new ShellConnection(
    {
      host: host.address,
      run: async (commandLine) => {
        const { exitCode, stdout, stderr } = await host.exec(commandLine);
        return { exitCode, stdout: Buffer.from(stdout), stderr };
      },
      close: async () => {},
    },
    'login',
  );

describeWith(bootedHostNeeds, 'the journal, followed', () => {
  it(
    'shows what is written before and after it began, each line once, until it is stopped',
    () =>
      withBootedHost({ os: 'amazon-linux-2023' }, async (host) => {
        const stop = new AbortController();
        const connection = connect(host);
        await host.run(unit('nothing-yet'));
        let seen = '';
        const out = { write: (text: string) => (seen += text) };
        const following = followLog(connection, { lines: 100, out, signal: stop.signal });
        const ended = expect(following).rejects.toMatchObject({ name: 'AbortError' });
        try {
          await host.run(started('the-first'));
          await until(() => seen.includes('the-first'));
          await host.run(started('the-second'));
          await until(() => seen.includes('the-second'));
        } finally {
          stop.abort();
        }
        await ended;
        expect(seen.match(/the-first/g)).toHaveLength(1);
        expect(seen).not.toContain('-- cursor');
        await connection.close();
      }),
    60_000,
  );
});
