import { consoleFingerprints, readConsoleFingerprints } from '../../../../provision/connection/ec2-console';

const ecdsa = 'SHA256:felYmZjxfpqX9ZidzoSOBGAe4CNkFwfAHK3rEtmZbeE';
const ed25519 = 'SHA256:gj7lLj5kWmSILTkvyS19Jcg3xchHfn7uyhKu4FEsORw';

// As the serial console of an Amazon Linux instance has it: prefixes, CR LF, other services in between.
const amazonLinux = [
  '[   12.345678] cloud-init[1234]: ci-info: no authorized SSH keys fingerprints found for user ec2-user.',
  '<14>Nov 22 19:00:01 ec2: #############################################################',
  '<14>Nov 22 19:00:01 ec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----',
  `<14>Nov 22 19:00:01 ec2: 256 ${ecdsa} root@ip-10-20-1-10 (ECDSA)`,
  `<14>Nov 22 19:00:01 ec2: 256 ${ed25519} root@ip-10-20-1-10 (ED25519)`,
  '<14>Nov 22 19:00:01 ec2: -----END SSH HOST KEY FINGERPRINTS-----',
  '<14>Nov 22 19:00:01 ec2: #############################################################',
  '-----BEGIN SSH HOST KEY KEYS-----',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOcBnSLhQv3vKDeFtSqpNq4xscLi35flbsS9/i/7HLqR root@ip-10-20-1-10',
  '-----END SSH HOST KEY KEYS-----',
  '[   13.000000] cloud-init[1234]: Cloud-init v. 22.2.2 finished',
].join('\r\n');

test('fingerprints and keys are read, each once', () => {
  expect(consoleFingerprints(amazonLinux)).toEqual([ecdsa, ed25519]);
});

test('the block of keys alone is enough', () => {
  expect(consoleFingerprints(amazonLinux.slice(amazonLinux.indexOf('-----BEGIN SSH HOST KEY KEYS')))).toEqual([
    ed25519,
  ]);
});

test('a fingerprint outside the blocks, or in a block cut off, is not one', () => {
  expect(consoleFingerprints(`somebody logged: ${ed25519}`)).toEqual([]);
  expect(consoleFingerprints(amazonLinux.slice(0, amazonLinux.indexOf('-----END SSH HOST KEY FINGERPRINTS')))).toEqual(
    [],
  );
});

test('only the newest block counts', () => {
  const replaced = amazonLinux.replaceAll(ecdsa, `SHA256:${'B'.repeat(43)}`);
  expect(consoleFingerprints(`${replaced}\r\n${amazonLinux}`)).toEqual([ecdsa, ed25519]);
});

const instance = { id: 'i-1', region: 'us-east-1' };

test('a console without keys is worth another try; one that cannot be read says what is needed', async () => {
  await expect(readConsoleFingerprints(instance, async () => 'booting\n')).rejects.toMatchObject({
    code: 'CONSOLE_WITHOUT_KEYS',
    retryable: true,
    kind: 'unreachable',
  });
  const refused = readConsoleFingerprints(instance, async () => {
    throw new Error('UnauthorizedOperation');
  });
  await expect(refused).rejects.toMatchObject({
    code: 'CONSOLE_UNREADABLE',
    hint: expect.stringContaining('ec2:GetConsoleOutput'),
  });
});

const refusal = (code: string) => `An error occurred (${code}) when calling the GetConsoleOutput operation: no`;

test.each([
  [refusal('UnauthorizedOperation'), 4, 'the AWS CLI needs ec2:GetConsoleOutput'],
  [refusal('RequestExpired'), 3, 'log in (aws sso login)'],
  [refusal('AuthFailure'), 3, 'log in (aws sso login)'],
  ['Unable to locate credentials. You can configure credentials by running "aws login".', 3, 'log in (aws sso login)'],
  ['Error when retrieving token from sso: Token has expired and refresh failed', 3, 'log in (aws sso login)'],
  ['The config profile (vendor) could not be found', 3, 'log in (aws sso login)'],
  [refusal('InvalidInstanceID.NotFound'), 4, 'where it was terminated, npx sluice plan and apply make another one'],
  ['spawn aws ENOENT', 4, 'install the AWS CLI'],
])('a console that cannot be read for %s says what helps then', async (said, exitCode, fix) => {
  const refused = readConsoleFingerprints(instance, async () => {
    throw new Error(said);
  });
  await expect(refused).rejects.toMatchObject({ exitCode, hint: expect.stringMatching(/; or read the fingerprint/) });
  await expect(refused).rejects.toMatchObject({ hint: expect.stringContaining(fix) });
});

test('an instance type whose newest output EC2 does not give is asked for the kept one', async () => {
  const unsupported =
    'An error occurred (UnsupportedOperation) when calling the GetConsoleOutput operation: ' +
    'This instance type does not support retrieving the latest console logs.';
  const xen = (kept: string) => async (_program: string, args: readonly string[]) => {
    if (args.includes('--latest')) throw new Error(unsupported);
    return kept;
  };
  expect(await readConsoleFingerprints(instance, xen(amazonLinux))).toEqual([ecdsa, ed25519]);
  await expect(readConsoleFingerprints(instance, xen('None\n'))).rejects.toMatchObject({
    code: 'CONSOLE_WITHOUT_KEYS',
    retryable: true,
  });
});
