/** Servers that end every connection after some requests. */
import { useScriptedPull } from '../../helpers/scripted-pull';
import { scriptedFile } from '../../helpers/scripted-sftp';

const { serve, run } = useScriptedPull();

async function serveShortly(names: readonly string[]): Promise<void> {
  const requests = new Map<number, number>();
  await serve({
    files: Object.fromEntries(names.map((name) => [name, scriptedFile(name)])),
    intercept: ({ connection }) => {
      const count = (requests.get(connection) ?? 0) + 1;
      requests.set(connection, count);
      return count > 20 ? 'disconnect' : undefined;
    },
  });
}

test.each([1, 2])('%d connections, each cut after 20 requests: every file arrives', async (connections) => {
  await serveShortly(Array.from({ length: 300 }, (_, index) => `/data/${index}`));
  const { report } = await run({ connections });
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 300, failed: 0 } });
});
