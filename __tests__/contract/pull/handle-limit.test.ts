/** Servers that let few files and folders be open at one time, and tell so or not: a tree of many folders arrives whole. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PullEvent } from '../../../provision/pull/record/events';
import { ByteReader, packetType } from '../../../provision/pull/sftp/wire';
import { describeWith } from '../../helpers/needs';
import { pull, pullJob } from '../../helpers/pull';
import { writeTreeFile } from '../../helpers/pull-tree';
import {
  namesReply,
  type ScriptedFile,
  scriptedFile,
  startPacketServer,
  startScriptedSftp,
} from '../../helpers/scripted-sftp';
import { attrs, packet, status, string, uint32, uint64 } from '../../helpers/sftp-bytes';
import { sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const folders = 400;
const directory = { sizeBytes: 0, mode: 0o040755, mtimeSeconds: 1_500_000_000 };
const file = { sizeBytes: 3, mode: 0o100644, mtimeSeconds: 1_500_000_000 };

/** Refuses what would be more than `most` with a bare FAILURE. `refused` counts. */
function strictServer(most: number, { isTold }: { readonly isTold: boolean }) {
  const tally = { refused: 0, mostOpen: 0 };
  const start = () =>
    startPacketServer(() => {
      const open = new Map<string, { path: string; isRead: boolean }>();
      let handles = 0;
      const opened = (id: number, path: string) => {
        if (open.size >= most) {
          tally.refused += 1;
          return status(id, 4);
        }
        handles += 1;
        open.set(`h${handles}`, { path, isRead: false });
        tally.mostOpen = Math.max(tally.mostOpen, open.size);
        return packet(packetType.handle, uint32(id), string(`h${handles}`));
      };
      const listed = (id: number, handle: string) => {
        const { path, isRead } = open.get(handle) as { path: string; isRead: boolean };
        if (isRead) return status(id, 1);
        open.set(handle, { path, isRead: true });
        if (path !== '/data') return namesReply(id, [{ filename: Buffer.from('file'), attrs: file }]);
        const names = Array.from({ length: folders }, (_, index) => Buffer.from(`d${index}`));
        return namesReply(
          id,
          names.map((filename) => ({ filename, attrs: directory })),
        );
      };
      return (type, body) => {
        if (type === packetType.init)
          return packet(packetType.version, uint32(3), ...(isTold ? [string('limits@openssh.com'), string('1')] : []));
        const reader = new ByteReader(body);
        const id = reader.uint32();
        const argument = reader.string().toString();
        switch (type) {
          case packetType.extended:
            return packet(packetType.extendedReply, uint32(id), ...[262_144, 32_768, 32_768, most].map(uint64));
          case packetType.open:
          case packetType.openDir:
            return opened(id, argument);
          case packetType.close:
            open.delete(argument);
            return status(id, 0);
          case packetType.readDir:
            return listed(id, argument);
          case packetType.read:
            return reader.uint64() === 0 ? packet(packetType.data, uint32(id), string('abc')) : status(id, 1);
          default:
            return packet(packetType.attrs, uint32(id), attrs(argument.endsWith('/file') ? file : directory));
        }
      };
    });
  return { tally, start };
}

test.each([3, 20, 100])('a server that tells of %i and keeps to it', async (most) => {
  const { tally, start } = strictServer(most, { isTold: true });
  const server = await start();
  try {
    const { report } = await pull(pullJob(server, '/data', folder(), { connections: 1 }), { password: 'scripted' });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: folders, failed: 0 } });
    expect(tally.refused).toBe(0);
    expect(tally.mostOpen).toBeGreaterThan(1);
  } finally {
    await server.close();
  }
});

test.each([2, 3, 7])('a server that allows %i and does not tell', async (most) => {
  const { tally, start } = strictServer(most, { isTold: false });
  const server = await start();
  try {
    const { report } = await pull(pullJob(server, '/data', folder(), { connections: 1 }), { password: 'scripted' });
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: folders, failed: 0 } });
    expect(tally.mostOpen).toBe(most);
    expect(tally.refused).toBeLessThan(folders);
  } finally {
    await server.close();
  }
});

test('files that are refused for their own sake keep no others waiting for a file that takes long', async () => {
  const good = Array.from({ length: 300 }, (_, index) => `/data/good${index}`);
  const paths = ['/data/long', '/data/bad0', '/data/bad1', ...good];
  const files = Object.fromEntries(paths.map((path): [string, ScriptedFile] => [path, scriptedFile('abc')]));
  const read = new Set<string>();
  let longRead = 0;
  const server = await startScriptedSftp({
    files,
    intercept: ({ type, path, id }) => {
      if (type === packetType.open && path.startsWith('/data/bad')) return status(id, 4);
      if (type !== packetType.read) return undefined;
      if (path === '/data/long') {
        longRead = id;
        return 'hang';
      }
      read.add(path);
      const data = packet(packetType.data, uint32(id), string('abc'));
      return read.size === good.length
        ? Buffer.concat([data, packet(packetType.data, uint32(longRead), string('abc'))])
        : data;
    },
  });
  try {
    const { report } = await pull(pullJob(server, '/data', folder(), { connections: 1 }), { password: 'scripted' });
    expect(report).toMatchObject({ counts: { filesTransferred: good.length + 1, failed: 2 } });
  } finally {
    await server.close();
  }
});

test('nor do more of them than are under way at one time, however few connections were up when they came', async () => {
  const bad = Array.from({ length: 600 }, (_, index) => `bad${index}`);
  const good = Array.from({ length: 20 }, (_, index) => `good${index}`);
  const small = [...bad, ...good].map((name): [string, ScriptedFile] => [`/data/${name}`, scriptedFile('abc')]);
  const server = await startScriptedSftp({
    files: { '/data/long': scriptedFile(Buffer.alloc(100_000_000)), ...Object.fromEntries(small) },
    intercept: ({ type, path, id }) =>
      type === packetType.open && path.startsWith('/data/bad') ? status(id, 4) : undefined,
  });
  const stopper = new AbortController();
  let arrived = 0;
  const onEvent = (event: PullEvent) => {
    if (event.type === 'entry' && event.outcome.kind === 'transferred') arrived += 1;
    if (arrived === good.length) stopper.abort();
  };
  try {
    const job = pullJob(server, '/data', folder(), { connections: 4, options: { bytesPerSecond: 4_000_000 } });
    const { paths } = await pull(job, { password: 'scripted', signal: stopper.signal, onEvent });
    expect(paths('transferred')).toEqual([...good].sort());
  } finally {
    await server.close();
  }
});

describeWith(sshdNeeds, 'OpenSSH where it may open 64 files', () => {
  test.each([1, 4])('over %i connections', async (connections) => {
    const wrapper = join(folder(), 'sftp-server.sh');
    writeFileSync(wrapper, '#!/bin/sh\nulimit -n 64\nexec /usr/lib/openssh/sftp-server\n');
    chmodSync(wrapper, 0o755);
    const source = join(folder(), 'source');
    for (let index = 0; index < folders; index += 1)
      writeTreeFile(source, `d${index}/file`, { sizeBytes: 10, mode: 0o644 });
    const server = await startSshd({ sftp: 'none', config: { Subsystem: `sftp ${wrapper}` } });
    try {
      const { report } = await pull(pullJob(server, source, folder(), { connections }));
      expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: folders, failed: 0 } });
    } finally {
      await server.stop();
    }
  });
});
