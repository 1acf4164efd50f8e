import { join } from 'node:path';
import type { Connection } from '../../../../provision/connection/connection';
import { execTimedOut } from '../../../../provision/connection/exec-limits';
import { proveExport } from '../../../../scripts/export-proof/prove';
import { lookOnce, mountLine, subjectOf } from '../../../helpers/played-proof';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const temporary = useTemporaryFolder();

/** Everything that the host shows is in the bucket. */
function proveWith(mounts: readonly string[]) {
  return proveExport(subjectOf({ exported: 3, mounts }), lookOnce(join(temporary(), 'findings.ndjson')));
}

const automount = '/fsx autofs systemd-1 / rw';

test('the file system of the outputs is proven, under an automount and beside other mounts too', async () => {
  const mounts = ['/ xfs /dev/nvme0n1p1 / rw', automount, mountLine(), '/fsx2 tmpfs tmpfs / rw'];
  await expect(proveWith(mounts)).resolves.toMatchObject({ result: 'proven' });
});

test.each([
  [
    'of another name',
    mountLine({ source: '10.20.1.5@tcp:/zzzzzzzz' }),
    /another Lustre file system.*10\.20\.1\.5@tcp:\/zzzzzzzz/,
    ', or umount -f /fsx where that file system was deleted',
  ],
  [
    'of another address',
    mountLine({ source: '10.20.1.9@tcp:/abcdbbmv' }),
    /another Lustre file system.*10\.20\.1\.9/,
    ', or umount -f /fsx where that file system was deleted',
  ],
  ['a part of it', mountLine({ root: '/nasdaq' }), /only \/nasdaq of/, ''],
])('a mount %s is not the file system that would be proven', async (_, mount, reason, orElse) => {
  await expect(proveWith([automount, mount])).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(reason),
    hint: `if nothing uses it: umount /fsx${orElse}, then run again`,
  });
});

test('a mount further down hides what lies beneath it', async () => {
  await expect(proveWith([mountLine(), '/fsx/nasdaq/2025 tmpfs tmpfs / rw'])).rejects.toMatchObject({
    exitCode: 5,
    message:
      'host-1 does not show all of fs-0123456789abcdef0: tmpfs tmpfs is mounted on /fsx/nasdaq/2025, and hides what lies beneath; nothing was proven',
    hint: 'if nothing uses it: umount /fsx/nasdaq/2025, then run again',
  });
});

test('a file system that gives no answer is told as that, sooner than any other command would be given up', async () => {
  const subject = subjectOf({ exported: 3 });
  const limits: (number | undefined)[] = [];
  const exec: Connection['exec'] = async (command, options = {}) => {
    if (!command.text.startsWith('cd ')) return subject.connection.exec(command, options);
    limits.push(options.timeoutMs);
    throw execTimedOut('host-1', options.timeoutMs ?? 0);
  };
  const hanging = { ...subject, connection: { ...subject.connection, exec } };
  await expect(proveExport(hanging, lookOnce(join(temporary(), 'findings.ndjson')))).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(
      /^host-1 does not show fs-0123456789abcdef0: nothing of \/fsx was answered within 3m 20s, .*; nothing was proven$/,
    ),
    hint: expect.stringContaining('npx sluice doctor aws'),
  });
  expect(limits).toEqual([200_000]);
});
