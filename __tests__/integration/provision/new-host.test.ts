/** A host that is not ready yet: `sluice provision` waits, and says for what. */
import { type BootedHost, bootedHostNeeds, startBootedHost, withBootedHost } from '../../helpers/booted-host';
import { host as hostSection } from '../../helpers/config-text';
import { testFileSystem } from '../../helpers/host-plays';
import { describeWith, program } from '../../helpers/needs';
import { sluice, writeOperatorFolder } from '../../helpers/operator';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

interface Event {
  readonly type: string;
  readonly status?: string;
  readonly reason?: string;
  readonly roundTrips?: number;
}

interface Run {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the reason of each wait. */
  readonly onWait?: (reason: string) => Promise<unknown>;
}

async function provision(folder: string, host: BootedHost, args: readonly string[], { env = {}, onWait }: Run = {}) {
  const reactions: Promise<unknown>[] = [];
  const onOutput = (text: string) => {
    const event = JSON.parse(text) as Event;
    if (event.type === 'waiting' && onWait !== undefined) reactions.push(onWait(event.reason ?? ''));
  };
  const command = ['provision', '--json', ...args];
  const { exitCode, stdout, stderr } = await sluice(folder, [command, host.hostKeyFingerprints], { env, onOutput });
  await Promise.all(reactions);
  const events = stdout.trim().split('\n').filter(Boolean);
  const parsed = events.map((line) => JSON.parse(line) as Event);
  return {
    exitCode,
    text: stdout + stderr,
    waits: parsed.filter(({ type }) => type === 'waiting'),
    recap: parsed.find(({ type }) => type === 'recap'),
  };
}

const client = ['--tags', 'lustre-client'];

/** Takes a lock as rpm, dpkg and apt do (fcntl(2)), and holds it until it is ended. */
const holding = (file: string) =>
  `mkdir -p ${file.slice(0, file.lastIndexOf('/'))}; mkfifo /run/held; setsid perl -e 'use Fcntl; open(F, ">", "${file}"); my $l = pack("ssx4qql", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or warn; open(H, ">", "/run/held"); close(H); sleep 600' </dev/null >/dev/null 2>&1 & cat /run/held; rm /run/held`;

describeWith([...bootedHostNeeds, program('perl')], 'a package manager at work', () => {
  const folder = useTemporaryFolder();

  test.each([
    [
      'amazon-linux-2023',
      [
        ['setsid sleep 600 & echo $! >/run/dnf.pid', /^sleep \(process \d+\) holds \/run\/dnf\.pid$/],
        [holding('/var/lib/rpm/.rpm.lock'), /^perl \(process \d+\) holds \/var\/lib\/rpm\/\.rpm\.lock$/],
      ],
    ],
    [
      'ubuntu-24.04',
      [
        [holding('/var/lib/dpkg/lock-frontend'), /^perl \(process \d+\) holds \/var\/lib\/dpkg\/lock-frontend$/],
        [holding('/var/lib/apt/lists/lock'), /^perl \(process \d+\) holds \/var\/lib\/apt\/lists\/lock$/],
      ],
    ],
  ] as const)(
    "on %s is waited for where something is to be changed, and is in nobody's way else",
    async (os, holders) => {
      await withBootedHost({ os, fileSystems: [testFileSystem] }, async (host) => {
        writeOperatorFolder(folder(), { key: host, sections: hostSection(`os: ${os}`) });
        for (const [start, reason] of holders) {
          await host.run("sed -i '/^lustre-client/d' /var/lib/stand-ins/packages 2>/dev/null || true");
          await host.run(`{ ${start}; } >/dev/null 2>&1`);
          let holder = '';
          const release = async (said: string) => {
            holder = said;
            await host.run(`kill ${/process (\d+)/.exec(said)?.[1]}`);
          };
          const { exitCode } = await provision(folder(), host, client, { onWait: release });
          expect(holder).toMatch(reason);
          expect(exitCode).toBe(0);
          expect(await host.run('cat /var/lib/stand-ins/packages')).toMatch(/^lustre-client/m);
        }
        const [[start] = ['']] = holders;
        await host.run(`{ ${start}; } >/dev/null 2>&1`);
        expect(await provision(folder(), host, client)).toMatchObject({ exitCode: 0, waits: [] });
      });
    },
  );
});

describeWith(bootedHostNeeds, 'a new host', () => {
  const folder = useTemporaryFolder();
  let host: BootedHost;

  beforeAll(async () => {
    host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
  });
  afterAll(() => host.stop());
  beforeEach(() => writeOperatorFolder(folder(), { key: host }));

  const onHost = (args: readonly string[] = [], run: Run = {}) => provision(folder(), host, [...client, ...args], run);
  const drift = () => host.run("sed -i '/^lustre-client /d' /var/lib/stand-ins/packages 2>/dev/null || true");

  test('cloud-init is waited for, and then everything is as it is read anew', async () => {
    await host.run('mkdir -p /run/cloud-init; touch /run/cloud-init/running');
    const { exitCode, waits } = await onHost([], { onWait: () => host.run('rm /run/cloud-init/running') });
    expect(waits.map(({ reason }) => reason)).toEqual(['cloud-init is still setting the host up']);
    expect(exitCode).toBe(0);
    const again = await onHost([]);
    expect(again).toMatchObject({ exitCode: 0, waits: [] });
    expect(again.recap?.roundTrips).toBeLessThanOrEqual(2);
  });

  test('cloud-init that does not end is a bound passed, and nothing is touched', async () => {
    await drift();
    await host.run('mkdir -p /run/cloud-init; touch /run/cloud-init/running');
    const { exitCode, text } = await onHost(['--wait-timeout', '1']);
    await host.run('rm /run/cloud-init/running');
    expect(exitCode).toBe(5);
    expect(text).toMatch(/cloud-init did not end within 1\.0s.*cloud-init-output\.log/);
    expect(text).not.toContain('"status":"changed"');
    expect(await host.run('cat /var/lib/stand-ins/packages || true')).not.toMatch(/^lustre-client /m);
  });

  test.each([
    ['a closed port', 'systemctl stop sshd', 'systemctl start sshd', /ECONNREFUSED/],
    ['a system that lets nobody in yet', 'touch /run/nologin', 'rm /run/nologin', /host-1/],
  ])('%s is waited for, unless that is not wanted', async (_, before, after, reason) => {
    await host.run(before);
    const impatient = await onHost(['--no-wait']);
    expect(impatient).toMatchObject({ exitCode: 4, waits: [] });
    const { exitCode, waits } = await onHost([], { onWait: () => host.run(after) });
    expect(exitCode).toBe(0);
    expect(waits.length).toBeGreaterThan(0);
    for (const { reason: said } of waits) expect(said).toMatch(reason);
  });
});
