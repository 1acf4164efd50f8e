import type { Readable } from 'node:stream';
import type { Connection } from '../../../../provision/connection/connection';
import { ConnectionLost } from '../../../../provision/connection/connection-lost';
import { type ReleaseProgress, releaseProven } from '../../../../scripts/export-proof/release';
import { outputsOf } from '../../../helpers/host-plays';
import { mountLine, signal, subjectOf } from '../../../helpers/played-proof';

test('a release tells what is proven and what was handed over to be freed', async () => {
  const told: ReleaseProgress[] = [];
  const [association] = outputsOf({ address: '127.0.0.1', username: 'ec2-user' }).associations;
  for (const isCheck of [true, false]) {
    const options = {
      depth: 'listing',
      isCheck,
      signal,
      reporter: (event: ReleaseProgress) => told.push(event),
    } as const;
    const counts = await releaseProven(subjectOf({ exported: 2 }), association!, options);
    expect(counts).toMatchObject({ files: 2, notProven: 1 });
    expect(told.at(-1)).toMatchObject({
      totals: { fileSystem: { files: 3 }, proven: { files: 2 } },
      asked: { files: 2, bytes: 2 },
    });
  }
});

test('a release keeps what could not be read back from S3 before somebody restores it there', async () => {
  const [association] = outputsOf({ address: '127.0.0.1', username: 'ec2-user' }).associations;
  const storageClasses = { a: 'DEEP_ARCHIVE', b: 'GLACIER', c: 'GLACIER_IR' };
  for (const isCheck of [true, false]) {
    const options = { depth: 'listing', isCheck, signal, reporter: () => undefined } as const;
    expect(await releaseProven(subjectOf({ exported: 3, storageClasses }), association!, options)).toEqual({
      files: 1,
      bytes: 1,
      refused: 2,
      notProven: 0,
      examples: [
        {
          path: 'a',
          reason: 'its object is in DEEP_ARCHIVE: its content would not come back before it is restored there',
        },
        { path: 'b', reason: 'its object is in GLACIER: its content would not come back before it is restored there' },
      ],
    });
  }
});

test('a release asks what the listing does not tell: the archive tiers of INTELLIGENT_TIERING', async () => {
  const [association] = outputsOf({ address: '127.0.0.1', username: 'ec2-user' }).associations;
  const storageClasses = { a: 'INTELLIGENT_TIERING', b: 'INTELLIGENT_TIERING' };
  const archiveStatuses = { b: 'DEEP_ARCHIVE_ACCESS' };
  const subject = subjectOf({ exported: 3, storageClasses, archiveStatuses });
  const options = { depth: 'listing', isCheck: false, signal, reporter: () => undefined } as const;
  expect(await releaseProven(subject, association!, options)).toMatchObject({
    files: 2,
    refused: 1,
    examples: [
      {
        path: 'b',
        reason: 'its object is in DEEP_ARCHIVE_ACCESS: its content would not come back before it is restored there',
      },
    ],
  });
});

test.each([
  ['another file system', [mountLine({ source: '10.20.1.9@tcp:/zzzzzzzz' })]],
  ['a mount that hides some of it', [mountLine(), '/fsx/nasdaq/2025 tmpfs tmpfs / rw']],
])('where the host shows %s, nothing is freed', async (_, mounts) => {
  const [association] = outputsOf({ address: '127.0.0.1', username: 'ec2-user' }).associations;
  const options = { depth: 'listing', isCheck: false, signal, reporter: () => undefined } as const;
  await expect(releaseProven(subjectOf({ exported: 3, mounts }), association!, options)).rejects.toMatchObject({
    code: 'FILE_SYSTEM_UNSEEN',
    exitCode: 5,
    message: expect.stringMatching(/^host-1 does not show .*; nothing of \/nasdaq was freed$/),
  });
});

test('where the association is gone, or does not work, nothing is freed: it would not come back', async () => {
  const [association] = outputsOf({ address: '127.0.0.1', username: 'ec2-user' }).associations;
  const options = { depth: 'listing', isCheck: false, signal, reporter: () => undefined } as const;
  await expect(releaseProven(subjectOf({ exported: 3, working: [] }), association!, options)).rejects.toMatchObject({
    code: 'ASSOCIATION_UNAVAILABLE',
    exitCode: 5,
    message: expect.stringMatching(/ dra-1 that works; nothing of \/nasdaq was freed/),
  });
});

/** The host that is asked to free everything, and then: what `exec` of it comes to. */
function cutShortBy(end: () => Error, abort?: AbortController) {
  const subject = subjectOf({ exported: 2 });
  const exec: Connection['exec'] = async (command, options = {}) => {
    if (!command.text.includes(' release ')) return subject.connection.exec(command, options);
    for await (const _ of options.stdin as Readable);
    throw end();
  };
  const [association] = subject.outputs.associations;
  return releaseProven({ ...subject, connection: { ...subject.connection, exec } }, association!, {
    depth: 'listing',
    isCheck: false,
    signal: abort?.signal ?? signal,
    reporter: () => undefined,
  });
}

test('a release that is cut short says how much may be freed, and what a second run does', async () => {
  const freed = 'of /nasdaq up to 2 files, 2 B, were freed';
  const again = 'a second run passes over what is freed, and frees the rest';
  await expect(cutShortBy(() => new ConnectionLost('host-1', true))).rejects.toMatchObject({
    code: 'CONNECTION_LOST',
    exitCode: 4,
    message: `host-1: the SSH connection was lost; ${freed}`,
    hint: expect.stringMatching(new RegExp(`; ${again}$`)),
  });
  const abort = new AbortController();
  const interrupt = () => {
    abort.abort();
    return new Error('the stream was destroyed');
  };
  await expect(cutShortBy(interrupt, abort)).rejects.toMatchObject({
    exitCode: 130,
    message: `interrupted; ${freed}`,
    hint: again,
  });
});
