/** `sluice verify` and `sluice release` of a host that does not answer: what is waited for stands above the view, which goes at the end. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { main } from '../../../scripts/cli';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { outputsOf } from '../../helpers/host-plays';
import { describeWith, program } from '../../helpers/needs';
import { createKey } from '../../helpers/ssh-keys';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

/** One that was free a moment ago, and that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describeWith([program('ssh-keygen')], 'a host that does not answer', () => {
  const temporary = useTemporaryFolder();

  test.each([
    [['verify'], 'host-1'],
    [['release'], 'host-1'],
    [['verify', '--limit', 'host-2'], 'host-2'],
  ])('%j on a terminal', async (command, host) => {
    const folder = temporary();
    const outputs = outputsOf({ address: '127.0.0.1', username: 'ec2-user' });
    const hosts = ['host-1', 'host-2'].flatMap((name) => outputs.hosts.map((each) => ({ ...each, name })));
    const wrapped = Object.entries({ ...outputs, hosts }).map(([name, value]) => [name, { value, sensitive: false }]);
    writeFileSync(join(folder, 'outputs.json'), JSON.stringify(Object.fromEntries(wrapped)));
    writeFileSync(join(folder, 'migration.yaml'), configText());
    const { fingerprint } = createKey(join(folder, 'identity'));
    const waited = new AbortController();
    const env = { HOME: folder, NO_COLOR: '1' };
    const fake = fakeContext({ cwd: folder, env, isTTY: true, signal: waited.signal });
    fake.context.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('waiting: ')) waited.abort();
    });
    const access = ['--identity', 'identity', '--outputs', 'outputs.json', '--host-key', fingerprint];
    const exitCode = await main([...command, ...access, '--port', String(await closedPort())], fake.context);
    expect(exitCode).toBe(130);
    const pieces = fake.stderr().split('\x1b[J');
    expect(pieces[0]).toMatch(/^▸ connect 0.0s/);
    const waiting = pieces.find((piece) => piece.includes('waiting')) ?? '';
    expect(waiting).toMatch(/^host-\d: waiting: .*ECONNREFUSED.*\n▸ connect \d/);
    expect(waiting.startsWith(host)).toBe(true);
    expect(pieces.at(-1)).toBe('');
    expect(fake.stdout()).toBe('');
  });
});
