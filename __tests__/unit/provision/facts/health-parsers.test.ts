/** The parsers of facts for a diagnosis, on what hosts really print. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { hostClock } from '../../../../provision/facts/clock';
import { diskSpace } from '../../../../provision/facts/disk';
import type { Fact } from '../../../../provision/facts/fact';
import { localPort } from '../../../../provision/facts/local-port';
import { noExecMount } from '../../../../provision/facts/no-exec';
import { tcpReach } from '../../../../provision/facts/tcp-reach';
import { unitRun } from '../../../../provision/facts/unit-run';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

function parse<T>(fact: Fact<T>, stdout: string, { exitCode = 0, stderr = '' } = {}): T {
  return fact.parse({ exitCode, stdout: Buffer.from(stdout), stderr });
}

test('a port that answers, and the ways in which one does not', () => {
  const fact = tcpReach('fs.example', 988);
  const said = (exitCode: number, stderr: string) => parse(fact, '', { exitCode, stderr });
  expect(said(0, '')).toBe('open');
  expect(said(124, '')).toBe('silent');
  expect(said(1, 'fs.example: connect: Connection timed out\n')).toBe('silent');
  expect(said(1, '10.0.0.5: connect: Connection refused\n')).toBe('refused');
  expect(said(1, 'fs.example: connect: No route to host\n')).toBe('no-route');
  expect(said(68, '')).toBe('unresolved');
});

describe('a port, by a real shell', () => {
  const folder = useTemporaryFolder();

  /** The host's resolver is this script; limits of time are noted, and not kept. */
  async function reach(resolver: string, port: number) {
    const env = { PATH: `${folder()}:${process.env.PATH}` };
    writeFileSync(join(folder(), 'getent'), `#!/bin/sh\n${resolver}\n`, { mode: 0o755 });
    const noted = join(folder(), 'limits');
    writeFileSync(join(folder(), 'timeout'), `#!/bin/sh\necho "$1 $2" >>${noted}\nshift\nexec "$@"\n`, { mode: 0o755 });
    const fact = tcpReach('fs.example', port);
    return new Promise((resolve) => {
      execFile('sh', ['-c', fact.probe.text], { env }, (error, stdout, stderr) => {
        resolve(parse(fact, stdout, { exitCode: Number(error?.code ?? 0), stderr }));
      });
    });
  }

  test('a name is resolved in a time of its own, before the port has its time', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await reach('echo "127.0.0.1 STREAM fs.example"; echo "127.0.0.1 DGRAM"', port)).toBe('open');
    expect(readFileSync(join(folder(), 'limits'), 'utf8')).toBe('15 getent\n4 bash\n');
    server.close();
    await once(server, 'close');
    expect(await reach('echo "127.0.0.1 STREAM fs.example"', port)).toBe('refused');
    expect(await reach('exit 2', port)).toBe('unresolved');
  });
});

test("who holds a port: programs, not the kernel's own sockets, nor a listener on one address", () => {
  const text = `LISTEN 0 128 0.0.0.0:988 0.0.0.0:*
LISTEN 0 128 0.0.0.0:988 0.0.0.0:* users:(("rpc.statd",pid=612,fd=9))
LISTEN 0 128 [::]:988 [::]:* users:(("rpc.statd",pid=612,fd=10))
ESTAB  0 0 10.20.1.10:988 10.20.1.7:2049 users:(("mount.nfs",pid=700,fd=3))
LISTEN 0 64 10.20.1.5:988 0.0.0.0:* users:(("systemd",pid=1,fd=30))
`;
  expect(parse(localPort(988), text)).toEqual(['rpc.statd', 'NFS']);
  expect(parse(localPort(988), '')).toEqual([]);
});

test('how full a disk is, with inodes where the file system counts them', () => {
  const head = 'Filesystem 1024-blocks Used Available Capacity Mounted on';
  const inodes = 'Filesystem Inodes IUsed IFree IUse% Mounted on';
  expect(
    parse(diskSpace('/var/lib'), `${head}\n/dev/vda 100 60 35 64% /\n${inodes}\n/dev/vda 1000 900 100 90% /\n`),
  ).toEqual({ sizeBytes: 102_400, availableBytes: 35_840, freeBytes: 40_960, availableInodes: 100 });
  const btrfs = `${head}\n/dev/vda 100 60 40 60% /\n${inodes}\n/dev/vda 0 0 0 - /\n`;
  expect(parse(diskSpace('/var/lib'), btrfs).availableInodes).toBeNull();
});

test('where programs may not be run', () => {
  const fact = noExecMount('/opt/sluice/node');
  expect(parse(fact, 'rw,nosuid,noexec,relatime /opt\n')).toBe('/opt');
  expect(parse(fact, 'rw,noexec /o\\040pt\n')).toBe('/o pt');
  expect(parse(fact, 'rw,relatime /\n')).toBeNull();
  expect(parse(fact, '')).toBeNull();
});

test('the clock, as systemd 219, a later one, and none of them says it', () => {
  const clock = (text: string) => parse(hostClock, text);
  expect(clock('1780000000\n NTP synchronized: yes\n')).toEqual({ epochSeconds: 1_780_000_000, synchronized: true });
  expect(clock('1780000000\nSystem clock synchronized: no\n').synchronized).toBe(false);
  expect(clock('1780000000\n').synchronized).toBeNull();
});

test('how a unit ended, and one that never ran', () => {
  const fact = unitRun('sluice-pull.service');
  const at = 'Sun 2026-11-22 20:00:00 UTC';
  expect(parse(fact, `ActiveState=failed\nResult=exit-code\nExecMainStatus=1\nExecMainExitTimestamp=${at}\n`)).toEqual({
    activeState: 'failed',
    waitsForNextTry: false,
    result: 'exit-code',
    lastExit: { status: 1, at },
  });
  expect(
    parse(fact, 'ActiveState=inactive\nResult=success\nExecMainStatus=0\nExecMainExitTimestamp=\n').lastExit,
  ).toBeNull();
  const waiting = `ActiveState=activating\nSubState=auto-restart\nResult=exit-code\nExecMainStatus=75\nExecMainExitTimestamp=${at}\n`;
  expect(parse(fact, waiting)).toMatchObject({ activeState: 'activating', waitsForNextTry: true });
});
