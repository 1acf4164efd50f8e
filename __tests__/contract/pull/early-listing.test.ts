/** The root is listed while the run still looks whether it is a directory: one round trip less. */
import { existsSync } from 'node:fs';
import { packetType } from '../../../provision/pull/sftp/wire';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { scriptedFile } from '../../helpers/scripted-sftp';
import { attrs, packet, status, uint32 } from '../../helpers/sftp-bytes';

const { serve, run, out } = useScriptedPull();
const directory = attrs({ mode: 0o040755, mtimeSeconds: 1_500_000_000 });

test('its listing is asked for before the server has said what it is', async () => {
  let question = 0;
  await serve({
    files: {},
    intercept: ({ type, id, before }) => {
      if (type === packetType.stat) {
        question = id;
        return 'hang';
      }
      if (type !== packetType.readDir || before > 0) return undefined;
      return Buffer.concat([packet(packetType.attrs, uint32(question), directory), status(id, 1)]);
    },
  });
  const { report } = await run();
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 0, failed: 0 } });
});

test('what was listed by then is worth nothing where it is no directory: nothing is made at the destination', async () => {
  await serve({
    files: { '/data/a': scriptedFile('a') },
    intercept: ({ type, id, path }) =>
      type === packetType.stat && path === '/data'
        ? packet(packetType.attrs, uint32(id), attrs({ mode: 0o100644, sizeBytes: 1 }))
        : undefined,
  });
  const { report } = await run();
  expect(report).toMatchObject({ state: 'ERROR', error: { code: 'SOURCE_PATH_NOT_A_DIRECTORY' } });
  expect(existsSync(out(''))).toBe(false);
});

test('a server that bears one request at a time is asked one thing after the other', async () => {
  const server = await serve({ files: { '/data/a': scriptedFile('a') } });
  const { report } = await run({ source: { access: 'ONE_FILE' } });
  expect(report.state).toBe('SUCCESS');
  const asked = server.requests.map(({ type }) => type);
  expect(asked.indexOf(packetType.stat)).toBeGreaterThan(asked.indexOf(packetType.close));
});
