import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { resolveAuthentication } from '../../../provision/pull/credentials';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const region = 'eu-west-1';
const noProgram = () => Promise.reject(new Error('no program is run'));

test('a file is taken as it is for a key, without its last newline for a password', async () => {
  const path = join(folder(), 'secret');
  writeFileSync(path, ' pass\nword \n');
  const { privateKey, password } = await resolveAuthentication(
    { privateKey: { file: path }, password: { file: path } },
    {},
    noProgram,
  );
  expect(privateKey?.reveal()).toBe(' pass\nword \n');
  expect(password?.reveal()).toBe(' pass\nword ');
});

test('an environment variable comes from the environment that is given', async () => {
  const { password } = await resolveAuthentication({ password: { environment: 'P' } }, { P: 'hunter2' }, noProgram);
  expect(password?.reveal()).toBe('hunter2');
  expect(inspect(password) + JSON.stringify({ password })).not.toContain('hunter2');
});

test.each([
  [
    { secretsManager: 'sftp/key', region },
    ['secretsmanager', 'get-secret-value', '--secret-id', 'sftp/key', '--region', region, '--output', 'json'],
    { SecretString: 'the key' },
  ],
  [
    { ssmParameter: '/sftp/key', region },
    ['ssm', 'get-parameter', '--with-decryption', '--name', '/sftp/key', '--region', region, '--output', 'json'],
    { Parameter: { Value: 'the key' } },
  ],
  [
    { secretsManager: 'binary', region },
    ['secretsmanager', 'get-secret-value', '--secret-id', 'binary', '--region', region, '--output', 'json'],
    { SecretBinary: Buffer.from('the key').toString('base64') },
  ],
])('%j is asked of the aws program, with nothing secret among its arguments', async (reference, args, answer) => {
  const run = jest.fn(async () => JSON.stringify(answer));
  const { privateKey } = await resolveAuthentication({ privateKey: reference }, {}, run);
  expect(run.mock.calls).toEqual([['aws', args]]);
  expect(privateKey?.reveal()).toBe('the key');
});

test.each([
  [{ file: '/no/such/file' }, /\/no\/such\/file cannot be read/],
  [{ environment: 'NOT_SET' }, /NOT_SET is not set/],
  [{ secretsManager: 'x', region }, /the secret x cannot be read: AccessDenied/],
])('%j that gives nothing is an error of configuration', async (reference, message) => {
  const run = () => Promise.reject(new Error('AccessDenied'));
  const attempt = resolveAuthentication({ password: reference }, {}, run);
  await expect(attempt).rejects.toThrow(message);
  await expect(attempt).rejects.toMatchObject({ kind: 'config', code: 'CREDENTIAL_MISSING' });
});

test('an answer without a secret does not show what it holds instead', async () => {
  const run = async () => JSON.stringify({ Other: 'hunter2' });
  const attempt = resolveAuthentication({ password: { secretsManager: 'x', region } }, {}, run);
  await expect(attempt).rejects.toThrow(/holds no secret string/);
  await expect(attempt).rejects.not.toThrow(/hunter2/);
});
