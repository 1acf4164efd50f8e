/** Credentials of the source as the agent reads them on a host: the instance role's keys, then Secrets Manager or SSM, played by moto. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { putMetric } from '../../../provision/pull/login/aws/call';
import { resolveAuthentication } from '../../../provision/pull/login/credentials';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../../helpers/aws-local';
import { type InstanceMetadata, startInstanceMetadata } from '../../helpers/instance-metadata';
import { describeWith } from '../../helpers/needs';

const region = 'us-east-1';

describeWith([motoNeed], "credentials in AWS, with the instance role's keys", () => {
  let aws: EmulatedAws;
  let metadata: InstanceMetadata;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [aws, metadata] = await Promise.all([startEmulatedAws(), startInstanceMetadata()]);
    env = { AWS_ENDPOINT_URL: aws.endpoint, AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint };
    await aws.json('secretsmanager', 'secretsmanager.CreateSecret', { Name: 'sftp/key', SecretString: 'the key' });
    const SecretBinary = Buffer.from('binary key').toString('base64');
    await aws.json('secretsmanager', 'secretsmanager.CreateSecret', { Name: 'sftp/binary', SecretBinary });
    const parameter = { Name: '/sftp/password', Value: 'pass word', Type: 'SecureString' };
    await aws.json('ssm', 'AmazonSSM.PutParameter', parameter);
  });

  afterAll(async () => {
    await aws?.close();
    await metadata?.close();
  });

  test('secrets, binary secrets and encrypted parameters', async () => {
    const { privateKey, passphrase, password } = await resolveAuthentication(
      {
        privateKey: { secretsManager: 'sftp/key', region },
        passphrase: { secretsManager: 'sftp/binary', region },
        password: { ssmParameter: '/sftp/password', region },
      },
      env,
    );
    expect([privateKey, passphrase, password].map((secret) => secret?.reveal())).toEqual([
      'the key',
      'binary key',
      'pass word',
    ]);
  });

  test('a rotated secret is the new one the next time', async () => {
    const read = () => resolveAuthentication({ password: { secretsManager: 'sftp/rotated', region } }, env);
    await aws.json('secretsmanager', 'secretsmanager.CreateSecret', { Name: 'sftp/rotated', SecretString: 'old' });
    expect((await read()).password?.reveal()).toBe('old');
    await aws.json('secretsmanager', 'secretsmanager.PutSecretValue', {
      SecretId: 'sftp/rotated',
      SecretString: 'new',
    });
    expect((await read()).password?.reveal()).toBe('new');
  });

  test.each([
    [{ secretsManager: 'nowhere', region }, /the secret nowhere cannot be read: .*ResourceNotFoundException: .*find/],
    [{ ssmParameter: '/nowhere', region }, /the parameter \/nowhere cannot be read: .*ParameterNotFound/],
  ])('%j is an error of configuration with what AWS said', async (reference, message) => {
    const attempt = resolveAuthentication({ password: reference }, env);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ kind: 'config', code: 'CREDENTIAL_MISSING', retryable: false });
  });

  test('the metric of a failed run arrives in its namespace, with its dimension', async () => {
    const datum = { namespace: 'sluice', name: 'PullFailed', dimensions: { Migration: 'market data & co' }, value: 1 };
    await putMetric(datum, { region, env });
    const listed = await aws.query('monitoring', { Action: 'ListMetrics', Version: '2010-08-01', Namespace: 'sluice' });
    expect(listed).toContain('<MetricName>PullFailed</MetricName>');
    expect(listed).toContain('<Value>market data &amp; co</Value>');
  });
});

describe('without AWS', () => {
  const reference = { password: { secretsManager: 'x', region } };

  test('a machine without a role says so', async () => {
    const metadata = await startInstanceMetadata({ hasRole: false });
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint };
    await expect(resolveAuthentication(reference, env).finally(metadata.close)).rejects.toThrow(
      /the secret x cannot be read: this machine has no credentials for AWS: .* answers 404/,
    );
  });

  test('a service that is busy is asked again, and is no fault of the configuration', async () => {
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'key',
    };
    const attempt = resolveAuthentication(reference, env).finally(() => server.close());
    await expect(attempt).rejects.toMatchObject({ kind: 'unreachable', retryable: true });
    expect(calls).toBe(3);
  });

  test('a host whose clock is wrong is told so, and not to look at its configuration', async () => {
    const said = 'Signature expired: 20251128T092013Z is now earlier than 20261128T091513Z (20261128T092013Z - 5 min.)';
    const server = createServer((_request, response) =>
      response.writeHead(400).end(JSON.stringify({ __type: 'InvalidSignatureException', message: said })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'key',
    };
    const attempt = resolveAuthentication(reference, env).finally(() => server.close());
    await expect(attempt).rejects.toMatchObject({
      message: expect.stringContaining(said),
      hint: expect.stringContaining('chronyd'),
    });
  });

  describe('an instance metadata service that does not answer yet', () => {
    /** Metadata and Secrets Manager in one; the first token is asked for in vain so often. */
    async function asked({ silentFor, fail }: { silentFor: number; fail: (response: ServerResponse) => unknown }) {
      let silent = silentFor;
      const server = createServer((request, response) => {
        if (request.method === 'PUT' && silent-- > 0) return fail(response);
        const keys = '{"AccessKeyId":"AKIA","SecretAccessKey":"key"}';
        const body = request.method === 'POST' ? '{"SecretString":"the key"}' : keys;
        return response.end(request.url?.endsWith('/security-credentials/') === true ? 'role' : body);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const env = { AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint };
      return resolveAuthentication(reference, env).finally(() => server.close());
    }
    const hangUp = (response: ServerResponse) => response.destroy();
    const notYet = (response: ServerResponse) => response.writeHead(503).end();

    test.each([
      ['hangs up', hangUp],
      ['says 503', notYet],
    ])('%s: is asked again', async (_, fail) => {
      const { password } = await asked({ silentFor: 2, fail });
      expect(password?.reveal()).toBe('the key');
    });

    test('and never does: told as what it is, and no fault of the configuration', async () => {
      const attempt = asked({ silentFor: Number.POSITIVE_INFINITY, fail: notYet });
      await expect(attempt).rejects.toThrow(/metadata service being silent: .* answers 503/);
      await expect(attempt).rejects.toMatchObject({ kind: 'unreachable', retryable: true });
    });
  });

  test('an answer without a secret does not show what it holds instead', async () => {
    const server = createServer((_request, response) => response.end('{"Other":"hunter2"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'key',
    };
    const attempt = resolveAuthentication(reference, env).finally(() => server.close());
    await expect(attempt).rejects.toThrow(/holds no secret string/);
    await expect(attempt).rejects.not.toThrow(/hunter2/);
  });
});
