import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { resolveAuthentication } from '../../../provision/pull/login/credentials';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();

test('a file is taken as it is for a key, without its last newline for a password', async () => {
  const path = join(folder(), 'secret');
  writeFileSync(path, ' pass\nword \n');
  const { privateKey, password } = await resolveAuthentication(
    { privateKey: { file: path }, password: { file: path } },
    {},
  );
  expect(privateKey?.reveal()).toBe(' pass\nword \n');
  expect(password?.reveal()).toBe(' pass\nword ');
});

test('where a private key lies is known to who has to tell that it cannot be used', async () => {
  const path = join(folder(), 'vendor');
  writeFileSync(path, 'text');
  const ofFile = await resolveAuthentication({ privateKey: { file: path } }, {});
  const ofVariable = await resolveAuthentication({ privateKey: { environment: 'KEY' } }, { KEY: 'text' });
  expect([ofFile.privateKeyPlace, ofVariable.privateKeyPlace]).toEqual([path, 'the environment variable KEY']);
});

test('an environment variable comes from the environment that is given', async () => {
  const { password } = await resolveAuthentication({ password: { environment: 'P' } }, { P: 'hunter2' });
  expect(password?.reveal()).toBe('hunter2');
  expect(inspect(password) + JSON.stringify({ password })).not.toContain('hunter2');
});

test.each([
  [{ file: '/no/such/file' }, /\/no\/such\/file cannot be read/],
  [{ environment: 'NOT_SET' }, /NOT_SET is not set/],
])('%j that gives nothing is an error of configuration', async (reference, message) => {
  const attempt = resolveAuthentication({ password: reference }, {});
  await expect(attempt).rejects.toThrow(message);
  await expect(attempt).rejects.toMatchObject({ kind: 'config', code: 'CREDENTIAL_MISSING' });
});
