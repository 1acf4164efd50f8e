import fc from 'fast-check';
import { formatProblem } from '../../../../config/problem';
import {
  configText,
  describeRight,
  describeWrong,
  load,
  type Sections,
  validSections,
} from '../../../helpers/config-text';

function credentials(...lines: readonly string[]): Sections {
  const own = 'privateKey: { secretsManager: market-data/sftp-key }';
  return { source: validSections.source.replace(own, lines.join('\n    ')) };
}

const reference = /reference to the secret with exactly one key; this file never holds a secret/;

describeWrong('credentials', [
  {
    why: 'the public half of a key',
    given: credentials('privateKey: { file: »~/.ssh/id_ed25519.pub }'),
    path: 'source.credentials.privateKey.file',
    message: /public half/,
    fix: /without \.pub/,
  },
  {
    why: 'a password as it is',
    given: credentials('password: »hunter2'),
    path: 'source.credentials.password',
    message: reference,
    fix: /\{ file: ... \}, \{ environment: ... \}, \{ secretsManager: ... \}, \{ ssmParameter: ... \}/,
  },
  {
    why: 'two places for one secret',
    given: credentials('password: »{ file: /a, environment: B }'),
    path: 'source.credentials.password',
    message: reference,
    fix: /write one of/,
  },
  {
    why: 'an unknown place',
    given: credentials('password: »{ vault: secret/sftp }'),
    path: 'source.credentials.password',
    message: reference,
    fix: /write one of/,
  },
  {
    why: 'no way to log in',
    given: { source: validSections.source.replace(/credentials:\n.*\n/, 'credentials: »{}\n') },
    path: 'source.credentials',
    message: /no way to log in/,
    fix: /privateKey, password or both/,
  },
  {
    why: 'a passphrase without its key',
    given: credentials('password: { environment: P }', 'passphrase: »{ environment: Q }'),
    path: 'source.credentials.passphrase',
    message: /no private key to open/,
    fix: /add privateKey/,
  },
  {
    why: 'what is no name of an environment variable',
    given: credentials('password: { environment: »hunter-2! }'),
    path: 'source.credentials.password.environment',
    message: /name of an environment variable/,
    fix: /change a secret that was written/,
  },
  {
    why: 'a bare word, which may be the secret itself',
    given: credentials('privateKey: { file: »keys/source }'),
    path: 'source.credentials.privateKey.file',
    message: /starts with \/, ~\/, \.\/ or \.\.\//,
    fix: /its name here/,
  },
  {
    why: 'a secret name with a space',
    given: credentials('password: { secretsManager: »"a b" }'),
    path: 'source.credentials.password.secretsManager',
    message: /name of a secret/,
    fix: /its name here/,
  },
  {
    why: 'the ARN of a secret without its last six characters, which the host may not read',
    given: credentials(
      'password: { secretsManager: »"arn:aws:secretsmanager:us-east-1:111122223333:secret:market-data/sftp-key" }',
    ),
    path: 'source.credentials.password.secretsManager',
    message: /the name of a secret, such as .*, or its whole ARN, which ends in a hyphen and six characters/,
    fix: /its name here/,
  },
  {
    why: 'the ARN of a parameter without the slash',
    given: credentials('password: { ssmParameter: »"arn:aws:ssm:us-east-1:111122223333:parameterfoo" }'),
    path: 'source.credentials.password.ssmParameter',
    message: /name or ARN of a parameter/,
    fix: /its name here/,
  },
  {
    why: 'a parameter name with an empty step',
    given: credentials('password: { ssmParameter: »/a//b }'),
    path: 'source.credentials.password.ssmParameter',
    message: /name or ARN of a parameter/,
    fix: /its name here/,
  },
  ...['yes', 'false', '~'].map((value) => ({
    why: `stdin: ${value}`,
    given: credentials(`password: »{ stdin: ${value} }`),
    path: 'source.credentials.password',
    message: /^stdin must be true \(the value is not shown\)$/,
    fix: /^write \{ stdin: true \}$/,
  })),
  {
    why: 'a number for the name of a variable',
    given: credentials('password: »{ environment: 5 }'),
    path: 'source.credentials.password',
    message: /^environment must be text \(the value is not shown\)$/,
    fix: /^write \{ environment: "..." \}$/,
  },
  {
    why: 'a password beside the credentials',
    given: { source: `${validSections.source}\n  »password: hunter2` },
    path: 'source.password',
    message: /unknown key "password"/,
    fix: /did you mean source.credentials.password\?/,
  },
]);

describeRight('credentials', [
  ['a key in the home', credentials('privateKey: { file: ~/.ssh/vendor }')],
  ['a key beside the configuration', credentials('privateKey: { file: ./keys/vendor }')],
  ['a key file and its passphrase', credentials('privateKey: { file: /etc/key }', 'passphrase: { environment: PASS }')],
  [
    'a password by ARN',
    credentials('password: { secretsManager: "arn:aws:secretsmanager:us-east-1:111122223333:secret:sftp-AbCdEf" }'),
  ],
  ['a parameter by ARN', credentials('password: { ssmParameter: "arn:aws:ssm:us-east-1:111122223333:parameter/a/b" }')],
  ['a parameter without a hierarchy', credentials('password: { ssmParameter: sftp-password }')],
]);

/** Everywhere a secret can be typed by mistake: as a value, as a key, in a broken line, in a reference of any kind. */
const places: readonly ((secret: string) => string)[] = [
  (secret) => `password: ${secret}`,
  (secret) => `password: "${secret}`,
  (secret) => `password: *${secret}`,
  (secret) => `password: !${secret} x`,
  (secret) => `password: @${secret}`,
  (secret) => `password: a: ${secret}`,
  (secret) => `password: { ${secret} }`,
  (secret) => `password: [${secret}]`,
  (secret) => `${secret}: x`,
  (secret) => `password: ${secret}\n    password: ${secret}`,
  (secret) => `${secret}: x\n    ${secret}: y`,
  (secret) => `password: { environment: "${secret} " }`,
  (secret) => `password: { file: ${secret} }`,
  (secret) => `password: { environment: [${secret}] }`,
  (secret) => `privateKey: |\n      -----BEGIN OPENSSH PRIVATE KEY-----\n      ${secret}`,
  (secret) => `privateKey: { file: "-----BEGIN OPENSSH PRIVATE KEY-----\\n${secret}" }`,
];

test('no problem ever shows what was written where a secret goes', () => {
  const secret = fc.stringMatching(/^[a-z0-9]{6}Zq[a-z0-9]{6}$/);
  fc.assert(
    fc.property(fc.constantFrom(...places), secret, (place, planted) => {
      const { problems } = load(configText(credentials(place(planted))));
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.map(formatProblem).join('\n')).not.toContain(planted);
      expect(JSON.stringify(problems)).not.toContain(planted);
    }),
    { numRuns: 300 },
  );
});

test('nor a password in a URL, nor a private key in place of another value', () => {
  const text = configText({
    source: validSections.source.replace('sftp.vendor.example', 'sftp://user:hunter2@sftp.vendor.example'),
    host: 'host:\n  ssh:\n    publicKey: |\n      -----BEGIN OPENSSH PRIVATE KEY-----\n      hunter2\n    identityFile: "-----BEGIN RSA PRIVATE KEY-----\\nhunter2"',
    pull: 'pull:\n  association: "-----BEGIN OPENSSH PRIVATE KEY-----hunter2"',
  });
  const { problems } = load(text);
  expect(problems.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['source.host', 'host.ssh.publicKey', 'host.ssh.identityFile', 'pull.association']),
  );
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});
