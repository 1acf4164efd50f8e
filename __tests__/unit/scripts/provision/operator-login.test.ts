import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair } from '../../../../scripts/demo/ssh-keys';
import { type LoginSources, operatorLogin } from '../../../../scripts/provision/operator-login';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const own = generateKeyPair('own').privateKey;

/** The operator has these files in ~/.ssh, and no agent. */
function login(files: Readonly<Record<string, string>>, sources: Partial<LoginSources> = {}) {
  mkdirSync(join(folder(), '.ssh'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder(), '.ssh', name), text);
  return operatorLogin({
    named: undefined,
    identityFiles: [],
    identitiesOnly: false,
    agent: undefined,
    home: folder(),
    passphrase: () => Promise.reject(new Error('nobody is there to be asked')),
    ...sources,
  });
}

test.each([
  ['text that is no key', 'PuTTY-User-Key-File-3: ssh-ed25519\n'],
  ['nothing', ''],
  ['a public key', generateKeyPair('other').publicKey],
])('one of the usual files with %s in it is passed over, as OpenSSH does', async (_what, text) => {
  const identities = await login({ id_ed25519: text, id_rsa: own });
  expect(identities).toMatchObject([{ file: join(folder(), '.ssh/id_rsa') }]);
});

test('where none of the usual files is a key, they are named', async () => {
  const attempt = login({ id_ecdsa: '', id_rsa: 'no key' });
  await expect(attempt).rejects.toMatchObject({ code: 'NO_IDENTITY', kind: 'config' });
  for (const name of ['id_ecdsa', 'id_rsa']) await expect(attempt).rejects.toThrow(join(folder(), '.ssh', name));
});
