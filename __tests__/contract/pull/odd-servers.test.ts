/** Settings for servers that bear less, or tell names in another way: every request counted by a scripted one. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../../../provision/pull/destination/disk';
import { type Attrs, packetType } from '../../../provision/pull/sftp/wire';
import { describeWith } from '../../helpers/needs';
import { type JobOverrides, pull, pullJob } from '../../helpers/pull';
import {
  type ScriptedOptions,
  type ScriptedServer,
  scriptedFile,
  startScriptedSftp,
} from '../../helpers/scripted-sftp';
import { attrs, packet, status, string, uint32 } from '../../helpers/sftp-bytes';
import { type SshdOptions, sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const out = (...path: string[]) => join(folder(), 'out', ...path);
let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function from(options: ScriptedOptions, overrides: JobOverrides = {}) {
  server = await startScriptedSftp(options);
  const job = pullJob(server, '/outgoing', folder(), overrides);
  return { server, job, run: () => pull(job, { password: 'scripted' }) };
}

const tree = {
  '/outgoing/large': scriptedFile(Buffer.alloc(150_000, 'x')),
  '/outgoing/empty': scriptedFile(''),
  '/outgoing/folder/a': scriptedFile('a'),
  '/outgoing/folder/deep/b': scriptedFile('b'),
  '/outgoing/folder/c': scriptedFile(Buffer.alloc(32_768, 'c')),
};

/** Most handles open at one time: from the request that opens one to the one that closes it. */
function mostOpen({ requests }: ScriptedServer): number {
  let open = 0;
  let most = 0;
  for (const { type } of requests) {
    if (type === packetType.open || type === packetType.openDir) open += 1;
    if (type === packetType.close) open -= 1;
    most = Math.max(most, open);
  }
  return most;
}

function attrsReply(id: number, value: Partial<Attrs>): Buffer {
  return packet(packetType.attrs, uint32(id), attrs({ mtimeSeconds: 1_500_000_000, ...value }));
}

describe('access', () => {
  test('PARALLEL has several handles open: what ONE_FILE is measured against', async () => {
    const { server, run } = await from({ files: tree });
    await run();
    expect(mostOpen(server)).toBeGreaterThan(1);
  });

  test('ONE_FILE: one connection, one handle, reads of 32 KiB in turn and none beyond the end', async () => {
    const { server, run } = await from({ files: tree }, { connections: 4, source: { access: 'ONE_FILE' } });
    const { report } = await run();
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 5, directories: 2 } });
    expect(readFileSync(out('large')).equals(tree['/outgoing/large'].content)).toBe(true);
    expect(server.connections()).toBe(1);
    expect(mostOpen(server)).toBe(1);
    const reads = server.requests.filter(({ type }) => type === packetType.read);
    expect(reads.filter(({ path }) => path === '/outgoing/large').map(({ offset }) => offset)).toEqual([
      0, 32_768, 65_536, 98_304, 131_072,
    ]);
    expect(reads.some(({ path }) => path === '/outgoing/empty')).toBe(false);
    expect(reads.filter(({ path }) => path === '/outgoing/folder/c')).toHaveLength(1);
  });

  test('READ_ONCE: no file is opened twice, or looked at after it was read', async () => {
    const taken = new Set<string>();
    const options: ScriptedOptions = {
      files: tree,
      intercept: ({ type, path, id }) => {
        if (type === packetType.open && path in tree) {
          if (taken.has(path)) return status(id, 2);
          taken.add(path);
        }
        return type === packetType.lstat && taken.has(path) ? status(id, 2) : undefined;
      },
    };
    const { server, run } = await from(options, { source: { access: 'READ_ONCE' } });
    const { report } = await run();
    expect(report).toMatchObject({ state: 'SUCCESS', failed: [], counts: { filesTransferred: 5 } });
    expect(report.source.access).toBe('READ_ONCE');
    expect(server.requests.filter(({ type }) => type === packetType.lstat)).toEqual([]);
  });

  test('READ_ONCE: a cut connection fails the file, does not open it again, and keeps what arrived', async () => {
    const options: ScriptedOptions = {
      files: { '/outgoing/large': tree['/outgoing/large'] },
      intercept: ({ type, offset, before }) =>
        type === packetType.read && offset >= 65_536 && before < 5 ? 'disconnect' : undefined,
    };
    const { server, run } = await from(options, { source: { access: 'READ_ONCE' } });
    const { report } = await run();
    expect(report.failed).toEqual([expect.objectContaining({ path: 'large', code: 'READ_ONCE_CUT_OFF' })]);
    expect(server.requests.filter(({ type }) => type === packetType.open)).toHaveLength(1);
    const kept = /kept in (\/\S+?)\.?$/.exec(report.failed[0]?.hint ?? '')?.[1] ?? '';
    expect(readFileSync(kept)).toHaveLength(65_536);
  });

  test('READ_ONCE: fewer bytes than were listed are not published, and not thrown away', async () => {
    const files = { '/outgoing/short': scriptedFile('abc', { sizeBytes: 5 }) };
    const { run } = await from({ files }, { source: { access: 'READ_ONCE' } });
    const { report } = await run();
    expect(report.failed).toEqual([expect.objectContaining({ path: 'short', code: 'SIZE_MISMATCH' })]);
    expect(existsSync(out('short'))).toBe(false);
    const kept = /kept in (\/\S+?)\.?$/.exec(report.failed[0]?.hint ?? '')?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toBe('abc');
  });
});

test('READ_ONCE: a run that is stopped publishes what it has all of: the server lists it no more', async () => {
  const stop = new AbortController();
  const { job } = await from(
    {
      files: { '/outgoing/file': scriptedFile('content'), '/outgoing/other': scriptedFile('other') },
      intercept: ({ type }) => {
        if (type === packetType.close && server?.requests.some((each) => each.type === packetType.read)) stop.abort();
        return undefined;
      },
    },
    { source: { access: 'READ_ONCE' } },
  );
  const { report, paths } = await pull(job, { password: 'scripted', signal: stop.signal });
  expect(report.error).toMatchObject({ code: 'INTERRUPTED' });
  expect(paths('transferred')).toEqual(readdirSync(out()));
  expect(paths('transferred')).toHaveLength(1);
  // Which goes when nothing is in it.
  expect(existsSync(join(folder(), 'staging'))).toBe(false);
});

test('READ_ONCE: what did not verify is kept for a person, and never gone on with', async () => {
  const { run, job } = await from(
    { files: { '/outgoing/file': scriptedFile('content') } },
    { source: { access: 'READ_ONCE' } },
  );
  const decorateDisk = (disk: Disk): Disk => ({
    ...disk,
    write: (fd, _bytes, position) => disk.write(fd, Buffer.from('corrupt'), position),
  });
  const first = await pull(job, { password: 'scripted', decorateDisk });
  expect(first.report.failed).toEqual([expect.objectContaining({ path: 'file', code: 'VERIFY_FAILED' })]);
  expect((await run()).report.state).toBe('SUCCESS');
  expect(readFileSync(out('file'), 'utf8')).toBe('content');
  const kept = /kept in (\/\S+?)\.?$/.exec(first.report.failed[0]?.hint ?? '')?.[1] ?? '';
  expect(readFileSync(kept, 'utf8')).toBe('corrupt');
});

describe('filenameEncoding', () => {
  const withName = (name: Buffer, type = 0o100000): ScriptedOptions => ({
    files: {},
    listings: {
      '/outgoing': [{ filename: name, attrs: { sizeBytes: 0, mode: type | 0o755, mtimeSeconds: 1_500_000_000 } }],
    },
    intercept: ({ type: request, id }) => {
      if (request === packetType.open) return packet(packetType.handle, uint32(id), string('a handle'));
      return request === packetType.lstat ? attrsReply(id, { sizeBytes: 0, mode: 0o100755 }) : undefined;
    },
  });

  test.each([
    ['latin1', Buffer.from('gr\xf6\xdfe', 'latin1'), 'größe'],
    ['shift_jis', Buffer.from([0x83, 0x66, 0x81, 0x5b, 0x83, 0x5e]), 'データ'],
    ['utf-8', Buffer.from('größe'), 'größe'],
  ])('%s: names are decoded here, and asked for by their own bytes', async (filenameEncoding, name, decoded) => {
    const { server, run } = await from(withName(name), { source: { filenameEncoding } });
    const { report, paths } = await run();
    expect(report.failed).toEqual([]);
    expect(paths('transferred')).toEqual([decoded]);
    expect(readdirSync(out())).toEqual([decoded]);
    const asked = server.requests.filter(({ type }) => type === packetType.open).map(({ pathBytes }) => pathBytes);
    expect(asked).toEqual([Buffer.concat([Buffer.from('/outgoing/'), name])]);
    expect((await run()).report.counts).toMatchObject({ filesTransferred: 0, filesUnchanged: 1 });
  });

  test('bytes that are no name in it are reported and left out', async () => {
    const { run } = await from(withName(Buffer.from([0x83])), { source: { filenameEncoding: 'shift_jis' } });
    expect((await run()).report.failed).toEqual([
      expect.objectContaining({
        code: 'BAD_NAME',
        reason: expect.stringContaining('not valid'),
        hint: expect.stringMatching(/^Name the encoding.*source\.filenameEncoding.*--filename-encoding/),
      }),
    ]);
  });

  test('folders of such names are walked', async () => {
    const name = Buffer.from('\xe9t\xe9', 'latin1');
    const { server, run } = await from(withName(name, 0o040000), { source: { filenameEncoding: 'latin1' } });
    expect((await run()).paths('directory')).toEqual(['été']);
    expect(server.requests.filter(({ type }) => type === packetType.openDir).at(-1)?.pathBytes).toEqual(
      Buffer.concat([Buffer.from('/outgoing/'), name]),
    );
  });

  test.each([
    ['latin1', 'größe.csv', 'it was missing from the listing, but the source has it: it is kept'],
    ['shift_jis', 'A∪B.csv', 'it was missing from the listing, and cannot be asked for'],
  ])('%s: nothing is removed that the source still has, or may have', async (filenameEncoding, name, reason) => {
    const bytes = Buffer.from('gr\xf6\xdfe.csv', 'latin1');
    const path = Buffer.concat([Buffer.from('/outgoing/'), bytes]);
    const { run } = await from(
      {
        files: { '/outgoing/a': scriptedFile('a') },
        intercept: ({ type, id, path: asked, pathBytes }) => {
          if (type !== packetType.lstat || asked === '/outgoing/a') return undefined;
          if (!pathBytes.equals(path)) return status(id, 2);
          return attrsReply(id, { sizeBytes: 1, mode: 0o100644, mtimeSeconds: 1_500_000_000 });
        },
      },
      { source: { filenameEncoding }, options: { preserveDeletedFiles: 'REMOVE', removalLimit: '100%' } },
    );
    mkdirSync(out(), { recursive: true });
    for (const here of [name, 'gone.csv']) writeFileSync(out(here), 'x');
    const { report, paths } = await run();
    expect(report.skipped).toEqual([{ path: name, reason: expect.stringContaining(reason) }]);
    expect(paths('removed')).toEqual(['gone.csv']);
    expect(readdirSync(out()).sort()).toEqual([name, 'a'].sort());
  });

  test('an encoding that nobody knows is refused before anything is done', async () => {
    const { run } = await from({ files: {} }, { source: { filenameEncoding: 'utf-9' } });
    await expect(run()).rejects.toMatchObject({ code: 'SETTINGS_CONFLICT', kind: 'config' });
  });
});

describe('settleTimeSeconds', () => {
  test('a file that grew since it was listed, or grows while it is read, waits for the next run', async () => {
    const files = { '/outgoing/grew': scriptedFile('abc'), '/outgoing/grows': scriptedFile('abc') };
    const { run } = await from(
      {
        files: { ...files, '/outgoing/quiet': scriptedFile('q') },
        intercept: ({ type, path, before, id }) => {
          if (type !== packetType.lstat) return undefined;
          const isLate = path === '/outgoing/grew' || (path === '/outgoing/grows' && before >= 1);
          return isLate ? attrsReply(id, { sizeBytes: 9, mode: 0o100644 }) : undefined;
        },
      },
      { options: { settleTimeSeconds: 60 } },
    );
    const { report, paths } = await run();
    expect(report.state).toBe('SUCCESS');
    expect(paths('transferred')).toEqual(['quiet']);
    expect(paths('skipped')).toEqual(['grew', 'grows']);
  });
});

describeWith(sshdNeeds, 'algorithms', () => {
  const pullFrom = async (options: SshdOptions, legacyAlgorithms: boolean) => {
    const sshd = await startSshd(options);
    try {
      return await pull(pullJob(sshd, join(folder(), 'source'), folder(), { source: { legacyAlgorithms } }));
    } finally {
      await sshd.stop();
    }
  };
  beforeEach(() => {
    mkdirSync(join(folder(), 'source'));
    writeFileSync(join(folder(), 'source/file'), 'x');
  });

  test.each([
    ['an ssh-rsa host key', { hostKeyTypes: ['rsa'], config: { HostKeyAlgorithms: 'ssh-rsa' } }],
    ['SHA-1 key exchange', { config: { KexAlgorithms: 'diffie-hellman-group14-sha1' } }],
    ['CBC ciphers', { config: { Ciphers: 'aes128-cbc' } }],
  ] as [string, SshdOptions][])('a server with %s alone: refused, and taken by the setting', async (_what, options) => {
    const refused = await pullFrom(options, false);
    expect(refused.report.error).toMatchObject({ code: 'SSH_HANDSHAKE_FAILED', kind: 'unreachable' });
    expect(refused.report.error?.hint).toContain('legacyAlgorithms');
    const taken = await pullFrom(options, true);
    expect(taken.report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 1 } });
  });

  test('a server that lets in ChaCha20-Poly1305 alone is taken as it is, with new keys under way', async () => {
    writeFileSync(join(folder(), 'source/file'), Buffer.alloc(20_000_000, 'x'));
    const { report } = await pullFrom(
      { config: { Ciphers: 'chacha20-poly1305@openssh.com', RekeyLimit: '4M' } },
      false,
    );
    expect(report).toMatchObject({ state: 'SUCCESS', counts: { bytesTransferred: 20_000_000 } });
  });

  test('a server that takes RSA with SHA-2 alone is taken as it is', async () => {
    const config = {
      HostKeyAlgorithms: 'rsa-sha2-512',
      PubkeyAcceptedAlgorithms: 'rsa-sha2-256,rsa-sha2-512,ssh-ed25519',
    };
    expect((await pullFrom({ hostKeyTypes: ['rsa'], config }, false)).report.state).toBe('SUCCESS');
  });
});
