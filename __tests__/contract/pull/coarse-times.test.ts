/** Servers whose listings tell times more coarsely than they answer STAT. */
import { statSync } from 'node:fs';
import { planPull } from '../../../provision/pull/dry-run';
import { packetType } from '../../../provision/pull/sftp/wire';
import { pullJob } from '../../helpers/pull';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { type ScriptedFile, scriptedFile } from '../../helpers/scripted-sftp';
import { attrs, packet, uint32 } from '../../helpers/sftp-bytes';

const { folder, serve, run, out } = useScriptedPull();

const listed = 1_500_000_000 - (1_500_000_000 % 60);

/** Lists whole minutes; `seconds` are those that only LSTAT tells. */
function serveCoarsely(files: Record<string, ScriptedFile>, seconds: Record<string, number> = {}) {
  const withTimes = Object.fromEntries(
    Object.entries(files).map(([path, { content }]) => [path, scriptedFile(content, { mtimeSeconds: listed })]),
  );
  return serve({
    files: withTimes,
    intercept: ({ type, id, path }) => {
      const file = withTimes[path];
      if (file === undefined || type !== packetType.lstat) return undefined;
      return packet(
        packetType.attrs,
        uint32(id),
        attrs({ ...file.attrs, mtimeSeconds: listed + (seconds[path] ?? 17) }),
      );
    },
  });
}

const opensOf = ({ requests }: Awaited<ReturnType<typeof serve>>) =>
  requests.filter(({ type }) => type === packetType.open).length;

test('a file has the time of STAT, is no difference at the end, and is not read again', async () => {
  const server = await serveCoarsely({ '/data/a': scriptedFile('a'), '/data/b': scriptedFile('b') });
  const consistent = { options: { verifyMode: 'POINT_IN_TIME_CONSISTENT' } } as const;
  const first = await run(consistent);
  expect(first.report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 2, verifiedAtEnd: 2 } });
  expect(Math.floor(statSync(out('a')).mtimeMs / 1000)).toBe(listed + 17);
  const opens = opensOf(server);
  expect((await run()).report.counts).toMatchObject({ filesTransferred: 0, filesUnchanged: 2 });
  expect(opensOf(server)).toBe(opens);
  const dryRun = await planPull(pullJob(server, '/data', folder()), {
    onAction: () => undefined,
    signal: new AbortController().signal,
    env: { TEST_PASSWORD: server.password },
    clock: Date,
  });
  expect(dryRun).toMatchObject({ transfer: { files: 0 }, unchanged: { files: 2 } });
});

test('one that changed within its minute is transferred', async () => {
  const seconds = { '/data/changes': 17 };
  await serveCoarsely({ '/data/changes': scriptedFile('a'), '/data/stays': scriptedFile('b') }, seconds);
  await run();
  seconds['/data/changes'] = 21;
  expect((await run()).paths('transferred')).toEqual(['changes']);
  expect((await run()).paths('transferred')).toEqual([]);
});

test('of many files no more than are under way are read twice', async () => {
  const names = Array.from({ length: 400 }, (_, index) => `/data/many/${index}`);
  const server = await serveCoarsely(Object.fromEntries(names.map((name) => [name, scriptedFile(name)])));
  expect((await run({ connections: 1 })).report.counts).toMatchObject({ filesTransferred: 400, failed: 0 });
  expect(opensOf(server)).toBeLessThan(600);
});

test.each([
  ['of 4 GiB is asked for its time before it is read', 4 * 1024 ** 3, [packetType.lstat, packetType.open]],
  ['smaller by a byte pays for no question', 4 * 1024 ** 3 - 1, [packetType.open]],
])('a file %s', async (_, sizeBytes, expected) => {
  const file = scriptedFile('', { mtimeSeconds: listed, sizeBytes });
  const server = await serve({ files: { '/data/file': file } });
  await run({ connections: 1 });
  const ofFile = server.requests.filter(({ path }) => path === '/data/file').map(({ type }) => type);
  expect(ofFile.slice(0, expected.length)).toEqual(expected);
});
