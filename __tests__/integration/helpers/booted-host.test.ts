import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { describeWith } from '../../helpers/needs';
import { startSshd } from '../../helpers/sshd';

const dnsName = 'fs-0123456789abcdef0.fsx.us-east-1.amazonaws.com';
const fileSystem = { dnsName, mountName: 'abcdbbmv', lustreVersion: '2.12' } as const;
const source = `${dnsName}@tcp:/abcdbbmv`;
const findmnt = 'findmnt --kernel --raw --noheadings --nofsroot --output TARGET,FSTYPE,SOURCE,OPTIONS';

/** As an operator logs in, with OpenSSH's own client. */
async function ssh(host: BootedHost, command: string): Promise<string> {
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  const { stdout } = await promisify(execFile)('ssh', [
    ...options.flatMap((option) => ['-o', option]),
    ...['-i', host.identityFile, `${host.username}@${host.address}`, command],
  ]);
  return stdout.trim();
}

describeWith(bootedHostNeeds, 'booted hosts', () => {
  let linux2: BootedHost;
  let linux2023: BootedHost;

  beforeAll(async () => {
    [linux2, linux2023] = await Promise.all([
      startBootedHost({ os: 'amazon-linux-2', fileSystems: [fileSystem] }),
      startBootedHost({ os: 'amazon-linux-2023', fileSystems: [fileSystem] }),
    ]);
  });

  afterAll(() => Promise.all([linux2?.stop(), linux2023?.stop()]));

  test('boot side by side, complete, under addresses of their own', async () => {
    expect(linux2.address).not.toBe(linux2023.address);
    for (const host of [linux2, linux2023]) {
      expect((await host.run('systemctl is-system-running')).trim()).toBe('running');
      expect(await ssh(host, 'sudo id -u; . /etc/os-release; echo $ID')).toBe('0\namzn');
    }
  });

  test('tell which Amazon Linux they are', async () => {
    const probe = '. /etc/os-release; echo "$VERSION_ID"; uname -r; getconf GNU_LIBC_VERSION';
    expect(await linux2.run(probe)).toBe('2\n4.14.281-212.502.amzn2.x86_64\nglibc 2.26\n');
    expect(await linux2023.run(probe)).toBe('2023\n6.1.102-111.187.amzn2023.x86_64\nglibc 2.34\n');
  });

  test('reach an SFTP server on this machine at their gateway', async () => {
    const server = await startSshd({ address: linux2.gateway });
    try {
      expect(await linux2.run(`timeout 60 bash -c 'head -c 7 </dev/tcp/${server.host}/${server.port}'`)).toBe(
        'SSH-2.0',
      );
    } finally {
      await server.stop();
    }
  });

  test('see nothing of this machine, and change nothing on it', async () => {
    expect(await linux2.run(`ls -A ${process.cwd()} 2>/dev/null || echo nothing`)).toBe('nothing\n');
    await linux2.run('echo gone >/usr/bin/env; touch /etc/made-by-the-host /usr/share/made-by-the-host');
    expect(readFileSync('/usr/bin/env')).not.toEqual(Buffer.from('gone\n'));
    expect(existsSync('/etc/made-by-the-host')).toBe(false);
    expect(readFileSync(linux2.path('/etc/made-by-the-host'), 'utf8')).toBe('');
  });
});

describeWith(bootedHostNeeds, 'Lustre on a booted host', () => {
  let host: BootedHost;

  afterEach(() => host?.stop());

  test('is installed by a topic of amazon-linux-extras, mounted, and seen by findmnt', async () => {
    host = await startBootedHost({ os: 'amazon-linux-2', fileSystems: [fileSystem] });
    expect((await host.exec('rpm -q lustre-client')).stdout).toBe('package lustre-client is not installed\n');
    expect((await host.exec('modinfo -k $(uname -r) lustre')).exitCode).toBe(1);
    await host.run('amazon-linux-extras install -y lustre2.10 && modprobe lustre && [ -d /sys/module/lustre ]');
    expect(await host.run("rpm -q --qf '%{VERSION}\\n' lustre-client")).toBe('2.10.8\n');
    await host.run(`mkdir /fsx && mount -t lustre -o noatime,flock ${source} /fsx && echo kept >/fsx/file`);
    expect(await host.run(`${findmnt} /fsx`)).toBe('/fsx lustre 10.20.1.5@tcp:/abcdbbmv rw,noatime,flock,lazystatfs\n');
    await host.run(`umount /fsx && mount -t lustre ${source} /fsx`);
    expect(await host.run('cat /fsx/file')).toBe('kept\n');
  });

  test('knows which files are archived, and which have changed since', async () => {
    host = await startBootedHost({ os: 'amazon-linux-2', fileSystems: [fileSystem] });
    await host.run(
      `amazon-linux-extras install -y lustre && echo 5.10.240-238.955.amzn2.x86_64 >/etc/stand-ins/kernel`,
    );
    await host.run(`mkdir /fsx && mount -t lustre ${source} /fsx && echo one >/fsx/file`);
    expect(await host.run('lfs hsm_state /fsx/file')).toBe('/fsx/file: (0x00000000)\n');
    await host.run('lfs hsm_archive /fsx/file');
    expect(await host.run('lfs hsm_state /fsx/file')).toBe('/fsx/file: (0x00000009) exists archived, archive_id:1\n');
    await host.run('echo two >>/fsx/file');
    expect(await host.run('lfs hsm_state /fsx/file')).toMatch(/ \(0x0000000b\) exists dirty archived/);
    expect(await host.exec('lfs hsm_state /etc/fstab')).toMatchObject({ exitCode: 22 });
  });

  test('mounts on first use after a reboot and after a power cut', async () => {
    host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [fileSystem] });
    const options =
      'noatime,flock,_netdev,nofail,x-systemd.automount,x-systemd.requires=systemd-networkd-wait-online.service';
    await host.run(
      `dnf install -y lustre-client && mkdir /fsx && echo '${source} /fsx lustre ${options} 0 0' >/etc/fstab`,
    );
    for (const how of ['orderly', 'powerCut'] as const) {
      const before = await host.run('cat /proc/sys/kernel/random/boot_id');
      await host.reboot(how);
      expect(await host.run('cat /proc/sys/kernel/random/boot_id')).not.toBe(before);
      expect(await host.run('findmnt -rno FSTYPE /fsx')).toBe('autofs\n');
      await host.run(`ls /fsx/ && echo ${how} >>/fsx/log`);
      expect(await host.run('findmnt -rno FSTYPE /fsx')).toBe('autofs\nlustre\n');
    }
    expect(await host.run('cat /fsx/log')).toBe('orderly\npowerCut\n');
  });

  test('fails as the real one does', async () => {
    host = await startBootedHost({ os: 'amazon-linux-2', fileSystems: [fileSystem] });
    const mount = async (from: string) => {
      const { exitCode, stderr } = await host.exec(`mkdir -p /fsx && mount -t lustre ${from} /fsx`);
      return `${exitCode} ${stderr}`;
    };
    expect(await mount(source)).toMatch(/unknown filesystem type 'lustre'/);
    await host.run(
      'amazon-linux-extras install -y lustre2.10 && echo 5.10.240-238.955.amzn2.x86_64 >/etc/stand-ins/kernel',
    );
    expect(await mount(source)).toMatch(/^19 .* failed: No such device/);
    await host.run('echo 4.14.281-212.502.amzn2.x86_64 >/etc/stand-ins/kernel');
    expect(await mount(`${dnsName}@tcp:/fsx`)).toMatch(/^2 .* failed: No such file or directory/);
    expect(await mount('fs-unknown.fsx.us-east-1.amazonaws.com@tcp:/abcdbbmv')).toMatch(/^1 .*Can't parse NID/);
    await host.setFileSystems([{ ...fileSystem, network: 'refuses' }]);
    expect(await mount(source)).toMatch(/^5 .* failed: Input\/output error/);
    await host.setFileSystems([{ ...fileSystem, network: 'silent' }]);
    expect(await mount(source)).toMatch(/^110 .* failed: Connection timed out/);
    await host.setFileSystems([{ ...fileSystem, lustreVersion: '2.15' }]);
    expect(await mount(source)).toMatch(/^22 .* failed: Invalid argument/);
  });

  test('answers on TCP 988, refuses or is silent', async () => {
    host = await startBootedHost({ os: 'amazon-linux-2', fileSystems: [fileSystem] });
    const connect = (seconds = 60) => host.exec(`timeout ${seconds} bash -c 'echo >/dev/tcp/${dnsName}/988'`);
    expect(await connect()).toMatchObject({ exitCode: 0 });
    await host.setFileSystems([{ ...fileSystem, network: 'refuses' }]);
    expect(await connect()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Connection refused') });
    await host.setFileSystems([{ ...fileSystem, network: 'silent' }]);
    expect(await connect(0.5)).toMatchObject({ exitCode: 124 });
  });
});

describeWith(bootedHostNeeds, 'a host that is no more', () => {
  test.each([
    ['stopped', 'stop'],
    ['orphaned by a killed test process', 'kill'],
  ])('%s, leaves no process, folder, interface or control group', async (_what, how) => {
    const owner = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', ownHost()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(owner, 'close');
    const [chunk] = (await once(owner.stdout, 'data')) as [Buffer];
    const { folder, gateway, pid } = JSON.parse(String(chunk)) as Host;
    expect(traces(folder, gateway, pid)).toEqual(['folder', 'interface', 'process', 'control group']);
    owner.kill(how === 'kill' ? 'SIGKILL' : 'SIGUSR2');
    await closed;
    while (traces(folder, gateway, pid).length > 0) await delay(20);
  });
});

interface Host {
  readonly folder: string;
  readonly gateway: string;
  readonly pid: number;
}

/** A program that boots a host, says where it is, and stops it on SIGUSR2. */
function ownHost(): string {
  return `
    const { startBootedHost } = require(${JSON.stringify(join(__dirname, '../../helpers/booted-host'))});
    startBootedHost({ os: 'amazon-linux-2' }).then((host) => {
      const pid = Number(host.path('/').split('/')[2]);
      console.log(JSON.stringify({ folder: require('path').dirname(host.identityFile), gateway: host.gateway, pid }));
      const busy = setInterval(() => {}, 1000);
      process.on('SIGUSR2', () => host.stop().then(() => host.stop()).then(() => clearInterval(busy)));
    });`;
}

function traces(folder: string, gateway: string, pid: number): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const found = {
    folder: existsSync(folder),
    interface: addresses.some(({ address }) => address === gateway),
    process: existsSync(`/proc/${pid}`),
    'control group': existsSync(join(cgroupRoot(), basename(folder))),
  };
  return Object.entries(found).flatMap(([name, there]) => (there ? [name] : []));
}

function cgroupRoot(): string {
  const line = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((each) => each.includes(' - cgroup2 '));
  return line?.split(' ')[4] ?? '/nowhere';
}
