/** A host that is not ready yet, or that wants more than a key: `sluice provision` waits, says for what, and keeps secrets. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { outputsOf, testFileSystem } from '../../helpers/host-plays';
import { describeWith, program } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

interface Event {
  readonly type: string;
  readonly status?: string;
  readonly reason?: string;
  readonly roundTrips?: number;
}

describeWith([...bootedHostNeeds, program('perl')], 'a new host', () => {
  const folder = useTemporaryFolder();
  let host: BootedHost;

  beforeAll(async () => {
    host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
  });
  afterAll(() => host.stop());

  beforeEach(() => {
    writeFileSync(join(folder(), 'migration.yaml'), configText());
    const outputs = Object.entries(outputsOf(host)).map(([name, value]) => [name, { value, sensitive: false }]);
    writeFileSync(join(folder(), 'outputs.json'), JSON.stringify(Object.fromEntries(outputs)));
    copyFileSync(host.identityFile, join(folder(), 'identity'));
  });

  interface Run {
    readonly env?: Record<string, string>;
    /** Called with the reason of each wait. */
    readonly onWait?: (reason: string) => Promise<unknown>;
  }

  async function provision(args: readonly string[], { env = {}, onWait }: Run = {}) {
    const fake = fakeContext({ cwd: folder(), env: { PATH: process.env.PATH ?? '', HOME: folder(), ...env } });
    const reactions: Promise<unknown>[] = [];
    fake.context.stdout.on('data', (chunk: Buffer) => {
      const event = JSON.parse(chunk.toString()) as Event;
      if (event.type === 'waiting' && onWait !== undefined) reactions.push(onWait(event.reason ?? ''));
    });
    const known = host.hostKeyFingerprints.flatMap((fingerprint) => ['--host-key', fingerprint]);
    const usual = ['--json', '--tags', 'lustre-client', '--outputs', 'outputs.json', '--identity', 'identity'];
    const exitCode = await main(['provision', ...usual, ...known, ...args], fake.context);
    await Promise.all(reactions);
    const events = fake.stdout().trim().split('\n').filter(Boolean);
    return {
      exitCode,
      text: fake.stdout() + fake.stderr(),
      waits: events.map((line) => JSON.parse(line) as Event).filter(({ type }) => type === 'waiting'),
      recap: events.map((line) => JSON.parse(line) as Event).find(({ type }) => type === 'recap'),
    };
  }

  const drift = () => host.run("sed -i '/^lustre-client /d' /var/lib/stand-ins/packages 2>/dev/null || true");

  test('cloud-init is waited for, and then everything is as it is read anew', async () => {
    await host.run('mkdir -p /run/cloud-init; touch /run/cloud-init/running');
    const { exitCode, waits } = await provision([], { onWait: () => host.run('rm /run/cloud-init/running') });
    expect(waits.map(({ reason }) => reason)).toEqual(['cloud-init is still setting the host up']);
    expect(exitCode).toBe(0);
    const again = await provision([]);
    expect(again).toMatchObject({ exitCode: 0, waits: [] });
    expect(again.recap?.roundTrips).toBeLessThanOrEqual(2);
  });

  test('cloud-init that does not end is a bound passed, and nothing is touched', async () => {
    await drift();
    await host.run('mkdir -p /run/cloud-init; touch /run/cloud-init/running');
    const { exitCode, text } = await provision(['--wait-timeout', '1']);
    await host.run('rm /run/cloud-init/running');
    expect(exitCode).toBe(5);
    expect(text).toMatch(/cloud-init did not end within 1\.0s.*cloud-init-output\.log/);
    expect(text).not.toContain('"status":"changed"');
    expect(await host.run('cat /var/lib/stand-ins/packages || true')).not.toMatch(/^lustre-client /m);
  });

  const holders: readonly (readonly [name: string, start: string, reason: RegExp])[] = [
    ['dnf', 'setsid sleep 600 & echo $! >/run/dnf.pid', /^sleep \(process \d+\) holds \/run\/dnf\.pid$/],
    [
      'a lock on the rpm database',
      `mkdir -p /var/lib/rpm; mkfifo /run/held; setsid perl -e 'use Fcntl; open(F, ">", "/var/lib/rpm/.rpm.lock"); my $l = pack("ssx4qql", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or warn; open(H, ">", "/run/held"); close(H); sleep 600' </dev/null >/dev/null 2>&1 & cat /run/held; rm /run/held`,
      /^perl \(process \d+\) holds \/var\/lib\/rpm\/\.rpm\.lock$/,
    ],
  ];
  test.each(holders)('%s is waited for where something is to be changed', async (_, start, reason) => {
    await drift();
    await host.run(`{ ${start}; } >/dev/null 2>&1`);
    let holder = '';
    const release = async (said: string) => {
      holder = said;
      await host.run(`kill ${/process (\d+)/.exec(said)?.[1]}`);
    };
    const { exitCode } = await provision([], { onWait: release });
    expect(holder).toMatch(reason);
    expect(exitCode).toBe(0);
    expect(await host.run('cat /var/lib/stand-ins/packages')).toMatch(/^lustre-client /m);
  });

  test.each([
    ['a closed port', 'systemctl stop sshd', 'systemctl start sshd', /ECONNREFUSED/],
    ['a system that lets nobody in yet', 'touch /run/nologin', 'rm /run/nologin', /host-1/],
  ])('%s is waited for, unless that is not wanted', async (_, before, after, reason) => {
    await host.run(before);
    const impatient = await provision(['--no-wait']);
    expect(impatient).toMatchObject({ exitCode: 4, waits: [] });
    const { exitCode, waits } = await provision([], { onWait: () => host.run(after) });
    expect(exitCode).toBe(0);
    expect(waits.length).toBeGreaterThan(0);
    for (const { reason: said } of waits) expect(said).toMatch(reason);
  });

  describe('that wants a password for sudo', () => {
    const password = `planted "pass'word" $x \\ 5ec4e7`;
    const env = { SUDO_PASSWORD: password };
    const wanting = ['--sudo-password-env', 'SUDO_PASSWORD'];

    beforeAll(async () => {
      writeFileSync(host.path('/run/password'), `ec2-user:${password}\n`, { mode: 0o600 });
      await host.run('chpasswd </run/password; rm /run/password');
    });
    beforeEach(() => allow('ALL'));
    afterAll(() => allow('NOPASSWD:ALL'));
    const allow = (what: string) => host.run(`sed -i 's/^ec2-user.*/ec2-user ALL=(ALL) ${what}/' /etc/sudoers`);

    test('without it, the play is blocked, with the cure', async () => {
      const { exitCode, text } = await provision([]);
      expect(exitCode).toBe(5);
      expect(text).toMatch(/without a password.*--ask-sudo-password/);
    });

    test('a wrong one is tried once, and said', async () => {
      const { exitCode, text } = await provision(wanting, { env: { SUDO_PASSWORD: 'planted wrong one' } });
      expect(exitCode).toBe(5);
      expect(text).toMatch(/sudo does not take the password/);
      expect(text).not.toContain('planted wrong one');
    });

    test('with it, everything is done, put included, and it shows nowhere', async () => {
      await host.run('rm -rf /etc/sluice');
      await host.run(
        `setsid sh -c 'while [ ! -e /run/stop ]; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; done >/run/seen 2>/dev/null; rm /run/stop' >/dev/null 2>&1 </dev/null &`,
      );
      const everything = ['--tags', 'lustre-client,lustre-mount'];
      const { exitCode, text } = await provision([...wanting, ...everything], { env });
      await host.run('touch /run/stop; while [ -e /run/stop ]; do sleep 0.05; done');
      expect(exitCode).toBe(0);
      expect(await host.run('findmnt -nr -o FSTYPE /fsx')).toBe('lustre\n');
      const knownHosts = readFileSync(join(folder(), '.sluice/market-data/known_hosts'), 'utf8');
      const journal = await host.logs();
      const seen = readFileSync(host.path('/run/seen'), 'latin1');
      expect(seen).toContain('sudo');
      expect(journal).toContain('sudo');
      for (const place of [text, knownHosts, journal, seen]) expect(place).not.toContain('5ec4e7');
      const again = await provision([...wanting, ...everything], { env });
      expect(again).toMatchObject({ exitCode: 0, recap: { roundTrips: expect.any(Number) } });
      expect(again.recap?.roundTrips).toBeLessThanOrEqual(2);
    });

    test('where sudo wants none after all, the password does not end up in what is written', async () => {
      await allow('NOPASSWD:ALL');
      await host.run("sed -i '/ .fsx /d' /etc/fstab");
      const { exitCode } = await provision([...wanting, '--tags', 'lustre-mount'], { env });
      expect(exitCode).toBe(0);
      expect(await host.run('cat /etc/fstab')).toMatch(/^\S+ \/fsx lustre \S+ 0 0\n$/);
    });
  });
});
