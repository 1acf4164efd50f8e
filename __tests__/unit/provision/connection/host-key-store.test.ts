import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostKeyPolicy } from '../../../../provision/connection/host-key-store';
import { fingerprintOf } from '../../../../provision/core/host-keys';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const key = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOcBnSLhQv3vKDeFtSqpNq4xscLi35flbsS9/i/7HLqR', 'base64');
const other = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIHXHDQume5kQC2Ni946fl4HIaIhbcVT6ofyni1s0U9r3', 'base64');
const folder = useTemporaryFolder();
const sources = (given: readonly string[], console: () => Promise<readonly string[]>) => ({
  given,
  file: join(folder(), 'state/known_hosts'),
  fromConsole: console,
});
const notAsked = () => Promise.reject(new Error('the console is not to be asked'));

test('the console is asked once; the key that was accepted is known from then on', async () => {
  const first = await hostKeyPolicy(
    'i-1',
    sources([], async () => [fingerprintOf(key)]),
  );
  expect(first.decide(other)).toMatchObject({ code: 'HOST_KEY_CHANGED' });
  expect(first.decide(key)).toBe(true);
  await first.remember();
  await first.remember();
  const file = join(folder(), 'state/known_hosts');
  expect(readFileSync(file, 'utf8')).toBe(`i-1 ssh-ed25519 ${key.toString('base64')}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const second = await hostKeyPolicy('i-1', sources([], notAsked));
  expect(second.decide(key)).toBe(true);
  expect(second.decide(other)).toMatchObject({ code: 'HOST_KEY_CHANGED', hint: expect.stringContaining(file) });
});

test('a last line without its end stays a line of its own', async () => {
  const file = join(folder(), 'known_hosts');
  const line = `i-1 ssh-ed25519 ${key.toString('base64')}`;
  writeFileSync(file, line);
  const policy = await hostKeyPolicy('i-2', { ...sources([fingerprintOf(other)], notAsked), file });
  policy.decide(other);
  await policy.remember();
  expect(readFileSync(file, 'utf8')).toBe(`${line}\ni-2 ssh-ed25519 ${other.toString('base64')}\n`);
});

test('a replaced instance is another host', async () => {
  const first = await hostKeyPolicy('i-1', sources([fingerprintOf(key)], notAsked));
  first.decide(key);
  await first.remember();
  const asked: string[] = [];
  const replaced = await hostKeyPolicy(
    'i-2',
    sources([], async () => {
      asked.push('console');
      return [fingerprintOf(other)];
    }),
  );
  expect(asked).toEqual(['console']);
  expect(replaced.decide(key)).toMatchObject({ code: 'HOST_KEY_CHANGED' });
});

test('what the operator says wins over what is on record; a key that was refused is never recorded', async () => {
  const first = await hostKeyPolicy('i-1', sources([fingerprintOf(key)], notAsked));
  first.decide(key);
  await first.remember();
  const rotated = await hostKeyPolicy('i-1', sources([fingerprintOf(other)], notAsked));
  expect(rotated.decide(key)).toMatchObject({ code: 'HOST_KEY_CHANGED' });
  await rotated.remember();
  expect(readFileSync(join(folder(), 'state/known_hosts'), 'utf8')).not.toContain(other.toString('base64'));
});

test('a record that cannot be written is named, with the cure', async () => {
  // Also for root: a link to nowhere is as good as no file to who reads it, and cannot be written.
  const file = join(folder(), 'known_hosts');
  symlinkSync(join(folder(), 'nowhere/known_hosts'), file);
  const shut = await hostKeyPolicy('i-1', { ...sources([fingerprintOf(key)], notAsked), file });
  shut.decide(key);
  await expect(shut.remember()).rejects.toMatchObject({
    code: 'KNOWN_HOSTS_UNWRITABLE',
    kind: 'config',
    hint: expect.stringContaining(file),
  });
});
