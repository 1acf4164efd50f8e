/** `source.credentials`: references that can be resolved. No message shows a value: it may be the secret itself. */
import type { Finding } from '../problem';
import { field, type Rule } from './rule';

const kinds = ['privateKey', 'passphrase', 'password'] as const;

/** By the key of a reference: what its value must look like. */
const forms: Readonly<Record<string, readonly [good: RegExp, what: string]>> = {
  // A bare word might be the secret itself, so a relative path starts with a dot.
  file: [
    /^(?:\/|~\/|\.{1,2}\/)[^\p{Cc}]+$/u,
    'a path on your machine that starts with /, ~/, ./ or ../, such as ~/.ssh/source_key',
  ],
  environment: [/^[A-Za-z_]\w*$/, 'the name of an environment variable, such as SFTP_PASSWORD'],
  // Secrets Manager API, CreateSecret: Name; the policy of the host lets it read the very ARN, which ends in six characters of AWS's.
  secretsManager: [
    /^(?:[\w/+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6})$/,
    'the name of a secret, such as market-data/sftp-key, or its whole ARN, which ends in a hyphen and six characters that AWS chose',
  ],
  // Systems Manager API, PutParameter: Name; a hierarchy starts with a slash.
  ssmParameter: [
    /^(?:(?:arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter)?(?:\/[\w.-]+){1,15}|[\w.-]+)$/,
    'the name or ARN of a parameter, such as /market-data/sftp-key',
  ],
};

const references: Rule = {
  id: 'credential-reference',
  *check({ source }): Generator<Finding> {
    for (const kind of kinds) {
      for (const [key, value] of Object.entries(source.credentials[kind] ?? {})) {
        const form = forms[key];
        if (form === undefined || form[0].test(value)) continue;
        yield {
          path: ['source', 'credentials', kind, key],
          message: `must be ${form[1]}; the value is not shown: it may be the secret itself`,
          fix: 'put the secret there and its name here; change a secret that was written in this file',
        };
      }
    }
  },
};

const privateHalf = field('credential-reference', 'source.credentials.privateKey.file', (value) =>
  value.endsWith('.pub')
    ? { message: 'names a .pub file, which is the public half', fix: 'name the file beside it, without .pub' }
    : undefined,
);

const some: Rule = {
  id: 'credentials-present',
  *check({ source: { credentials } }) {
    const path = ['source', 'credentials'];
    if (credentials.privateKey === undefined && credentials.password === undefined) {
      yield { path, message: 'holds no way to log in', fix: 'add privateKey, password or both' };
    }
    if (credentials.passphrase !== undefined && credentials.privateKey === undefined) {
      yield {
        path: [...path, 'passphrase'],
        message: 'has no private key to open',
        fix: 'add privateKey, or remove it',
      };
    }
  },
};

export const credentialRules: readonly Rule[] = [references, privateHalf, some];
