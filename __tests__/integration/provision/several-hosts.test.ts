/** Three hosts at once, one of which fails and one of which is away: the others go on, and each has its recap. */
import { readFileSync } from 'node:fs';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { sluice, writeOperatorFolder } from '../../helpers/operator';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describeWith(bootedHostNeeds, 'several hosts', () => {
  const folder = useTemporaryFolder();
  let good: BootedHost;
  let bad: BootedHost;
  let spare: BootedHost;

  beforeAll(async () => {
    const os = 'amazon-linux-2023';
    [good, bad, spare] = await Promise.all([
      startBootedHost({ os, fileSystems: [testFileSystem] }),
      startBootedHost({ os, fileSystems: [{ ...testFileSystem, network: 'refuses' }] }),
      startBootedHost({ os, fileSystems: [testFileSystem] }),
    ]);
    const key = readFileSync(`${good.identityFile}.pub`, 'utf8');
    for (const host of [bad, spare]) await host.run(`echo '${key}' >>/home/ec2-user/.ssh/authorized_keys`);
  });
  afterAll(() => Promise.all([good, bad, spare].map((host) => host.stop())));

  beforeEach(() => {
    writeOperatorFolder(folder(), {
      key: good,
      hosts: [
        { name: 'host-1', address: good.address },
        { name: 'host-2', address: bad.address },
        // Nothing of ours answers there.
        { name: 'host-3', address: '127.255.255.254' },
        { name: 'host-4', address: spare.address },
      ],
    });
  });

  const roles = ['--tags', 'lustre-client,lustre-mount'];
  const provision = (...args: readonly string[]) => {
    const pins = [good, bad, spare].flatMap((host) => host.hostKeyFingerprints);
    return sluice(folder(), [['provision', '--no-wait', ...roles, ...args], pins]);
  };

  test('one fails, one is away: the others are done, every line names its host, the recaps come last', async () => {
    const { exitCode, stdout } = await provision('--limit', 'host-1,host-2,host-3', '--forks', '3');
    expect(exitCode).toBe(4);
    const lines = stdout.trimEnd().split('\n');
    const recaps = lines.slice(-3);
    expect(recaps[0]).toMatch(/^host-1 ok=\d+ changed=[1-9]\d* {2}/);
    expect(recaps[1]).toMatch(/^host-2 .* failed=1 {2}/);
    expect(recaps[2]).toMatch(/^host-3 ok=0 changed=0 unreachable=1 /);
    expect(lines.at(-4)).toBe('');
    for (const line of lines.slice(0, -4)) expect(line).toMatch(/^host-[123] \| /);
    expect(await good.run('findmnt -nro FSTYPE /fsx | tail -n 1')).toBe('lustre\n');
    expect((await spare.exec('findmnt /fsx')).exitCode).toBe(1);

    await bad.setFileSystems([testFileSystem]);
    const mended = await provision('--limit', 'host-2, i-0123456789abcde00');
    expect(mended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(mended.stdout).toMatch(/^host-1 ok=\d+ changed=0 /m);
  });

  test('fewer at a time than there are hosts; events of all of them', async () => {
    const { stdout } = await provision('--check', '--json', '--limit', 'host-1,host-4,host-3', '--forks', '1');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; host: string });
    const recaps = events.filter(({ type }) => type === 'recap').map(({ host }) => host);
    expect(recaps).toEqual(['host-1', 'host-3', 'host-4']);
  });

  test('a host that is not there is a matter of configuration', async () => {
    expect(await provision('--limit', 'host-9')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/"host-9".*host-1, host-2, host-3 or host-4/s),
    });
  });
});
