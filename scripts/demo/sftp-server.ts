/**
 * A read-only SFTP server in process, over a real folder: the demo's vendor. SFTP version 3
 * (draft-ietf-secsh-filexfer-02) as ssh2's server side speaks it; the folder is the client's `/`.
 */
import { type BigIntStats, constants as fsConstants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { type Attributes, type SFTPWrapper, utils } from 'ssh2';
import { type Account, listenSsh, type SshListener } from './ssh-listener';

const { STATUS_CODE, OPEN_MODE } = utils.sftp;
/** Names in one READDIR reply, as OpenSSH's sftp-server sends at most. */
const namesPerReply = 100;
/** Longest READ answered whole, as OpenSSH's sftp-server allows. */
const maxReadBytes = 255 * 1024;

interface OpenDirectory {
  readonly path: string;
  readonly names: string[];
}

export interface SftpServerOptions extends Account {
  /** The folder served as `/`. */
  readonly root: string;
}

export function startSftpServer(options: SftpServerOptions): Promise<SshListener> {
  return listenSsh(options, (session) => {
    session.on('sftp', (accept) => serve(accept(), options.root));
  });
}

function serve(sftp: SFTPWrapper, root: string): void {
  const handles = new Map<number, FileHandle | OpenDirectory>();
  let nextHandle = 1;
  const local = (path: string) => posix.join(root, posix.resolve('/', path));
  const register = (entry: FileHandle | OpenDirectory): Buffer => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(nextHandle);
    handles.set(nextHandle, entry);
    nextHandle += 1;
    return handle;
  };
  const find = (handle: Buffer) => (handle.length === 4 ? handles.get(handle.readUInt32BE()) : undefined);
  /** Runs one request; a thrown error becomes its STATUS. */
  const answer = (id: number, work: () => Promise<void>): void => {
    work().catch((error: NodeJS.ErrnoException) => sftp.status(id, statusOf(error), error.code ?? 'failure'));
  };

  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [{ filename: posix.resolve('/', path), longname: '', attrs: {} as Attributes }]);
  });
  sftp.on('STAT', (id, path) => answer(id, async () => sftp.attrs(id, toAttributes(await stat(local(path), big)))));
  sftp.on('LSTAT', (id, path) => answer(id, async () => sftp.attrs(id, toAttributes(await lstat(local(path), big)))));
  sftp.on('READLINK', (id, path) =>
    answer(id, async () =>
      sftp.name(id, [{ filename: await readlink(local(path)), longname: '', attrs: {} as Attributes }]),
    ),
  );
  sftp.on('OPENDIR', (id, path) =>
    answer(id, async () => sftp.handle(id, register({ path: local(path), names: await readdir(local(path)) }))),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, async () => {
      const directory = find(handle);
      if (directory === undefined || !('names' in directory)) return sftp.status(id, STATUS_CODE.FAILURE);
      const names = directory.names.splice(0, namesPerReply);
      if (names.length === 0) return sftp.status(id, STATUS_CODE.EOF);
      sftp.name(id, await Promise.all(names.map((name) => toName(directory.path, name))));
    }),
  );
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, async () => {
      if ((flags & ~OPEN_MODE.READ) !== 0) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED, 'read only');
      sftp.handle(id, register(await open(local(path), fsConstants.O_RDONLY)));
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, async () => {
      const file = find(handle);
      if (file === undefined || 'names' in file) return sftp.status(id, STATUS_CODE.FAILURE);
      const wanted = Math.min(length, maxReadBytes);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, offset);
      if (bytesRead === 0) return sftp.status(id, STATUS_CODE.EOF);
      sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('FSTAT', (id, handle) =>
    answer(id, async () => {
      const file = find(handle);
      if (file === undefined || 'names' in file) return sftp.status(id, STATUS_CODE.FAILURE);
      sftp.attrs(id, toAttributes(await file.stat(big)));
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answer(id, async () => {
      const entry = find(handle);
      if (entry === undefined) return sftp.status(id, STATUS_CODE.FAILURE);
      handles.delete(handle.readUInt32BE());
      if (!('names' in entry)) await entry.close();
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  const denied = (id: number) => sftp.status(id, STATUS_CODE.PERMISSION_DENIED, 'read only');
  for (const request of ['WRITE', 'SETSTAT', 'FSETSTAT', 'REMOVE', 'MKDIR', 'RMDIR', 'RENAME', 'SYMLINK'] as const) {
    sftp.on(request as 'REMOVE', denied);
  }
  sftp.on('close', () => {
    for (const entry of handles.values()) if (!('names' in entry)) entry.close().catch(() => {});
    handles.clear();
  });
}

const big = { bigint: true } as const;

async function toName(directory: string, filename: string) {
  const attrs = toAttributes(await lstat(posix.join(directory, filename), big));
  return { filename, longname: filename, attrs };
}

function toAttributes(stats: BigIntStats): Attributes {
  return {
    mode: Number(stats.mode),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: Number(stats.size),
    atime: Number(stats.atimeMs / 1000n),
    mtime: Number(stats.mtimeMs / 1000n),
  };
}

function statusOf(error: NodeJS.ErrnoException): number {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return STATUS_CODE.NO_SUCH_FILE;
  if (error.code === 'EACCES' || error.code === 'EPERM') return STATUS_CODE.PERMISSION_DENIED;
  return STATUS_CODE.FAILURE;
}
