/** Servers that end every connection after some requests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { packetType } from '../../../provision/pull/sftp/wire';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { scriptedFile } from '../../helpers/scripted-sftp';
import { status } from '../../helpers/sftp-bytes';

const { serve, run, out } = useScriptedPull();

async function serveShortly(names: readonly string[]): Promise<void> {
  const requests = new Map<number, number>();
  await serve({
    files: Object.fromEntries(names.map((name) => [name, scriptedFile(name)])),
    intercept: ({ connection, type, path, id }) => {
      const count = (requests.get(connection) ?? 0) + 1;
      requests.set(connection, count);
      if (count > 20) return 'disconnect';
      return type === packetType.lstat && path.startsWith('/data/gone') ? status(id, 2) : undefined;
    },
  });
}

test.each([1, 2])('%d connections, each cut after 20 requests: every file arrives', async (connections) => {
  await serveShortly(Array.from({ length: 300 }, (_, index) => `/data/${index}`));
  const { report } = await run({ connections });
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 300, failed: 0 } });
});

test.each([1, 2])('%d connections, each cut after 20 requests: every folder is listed', async (connections) => {
  await serveShortly(Array.from({ length: 100 }, (_, index) => `/data/folder-${index}/file`));
  const { report } = await run({ connections });
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 100, directories: 100, failed: 0 } });
});

test('what is looked up once more before it is removed here is looked up, however few requests each connection takes', async () => {
  await serveShortly(['/data/file']);
  mkdirSync(out('gone'), { recursive: true });
  for (let index = 0; index < 100; index += 1) writeFileSync(out(`gone-${index}`), '');
  const { report } = await run({ connections: 1, options: { preserveDeletedFiles: 'REMOVE', removalLimit: '100%' } });
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { removed: 100, failed: 0 } });
});
