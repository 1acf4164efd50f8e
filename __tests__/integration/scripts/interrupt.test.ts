/** The first Ctrl-C while a command waits for something that may never come. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { main } from '../../../scripts/cli';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';

const sluice = join(__dirname, '../../../dist/sluice.js');
const folder = useTemporaryFolder();
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

test('ends a plan that is read from stdin', async () => {
  const abort = new AbortController();
  const fake = fakeContext({ signal: abort.signal });
  const stdin = new Readable({ read: () => abort.abort() });
  expect(await main(['plan', '--from', '-'], { ...fake.context, stdin })).toBe(130);
  expect(fake.stdout()).toBe('');
});

test('ends questions to AWS, and no finding is told that nobody looked at', async () => {
  writeFileSync(join(folder(), 'migration.yaml'), configText());
  const silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  cleanups.push(() => silent.close());
  await once(silent, 'listening');
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'nobody',
    AWS_SECRET_ACCESS_KEY: 'nothing',
  };
  const child = spawn(process.execPath, [sluice, 'doctor', 'aws'], { cwd: folder(), env });
  cleanups.push(() => child.kill('SIGKILL'));
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  await once(silent, 'connection');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(await output).toEqual(['', '']);
});

test('ends what waits for credentials that never come', async () => {
  const [started, hanging] = [join(folder(), 'started'), join(folder(), 'hanging')];
  writeFileSync(join(folder(), 'migration.yaml'), configText());
  writeFileSync(hanging, '#!/bin/sh\necho $$ >started.new && mv started.new started\nexec sleep 600\n', {
    mode: 0o755,
  });
  writeFileSync(join(folder(), 'aws-config'), `[default]\ncredential_process = ${hanging}\n`);
  const env = {
    PATH: process.env.PATH,
    AWS_CONFIG_FILE: join(folder(), 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder(), 'none'),
  };
  const child = spawn(process.execPath, [sluice, 'doctor', 'aws'], { cwd: folder(), env });
  cleanups.push(() => child.kill('SIGKILL'));
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  await until(() => existsSync(started));
  const hangingPid = Number(readFileSync(started, 'utf8'));
  cleanups.push(() => process.kill(hangingPid, 'SIGKILL'));
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(await output).toEqual(['', '']);
});
