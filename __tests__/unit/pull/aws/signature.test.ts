import { Secret } from '../../../../provision/core/secret';
import { signedHeaders } from '../../../../provision/pull/login/aws/signature';

/** Made with botocore 1.43's SigV4Auth from the same request, keys and time. */
test('a request is signed as the AWS SDK for Python signs it', () => {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' };
  const signed = signedHeaders(
    {
      host: 'secretsmanager.us-east-1.amazonaws.com',
      service: 'secretsmanager',
      region: 'us-east-1',
      headers,
      body: '{"SecretId":"a/b"}',
    },
    {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
      sessionToken: new Secret('token=='),
    },
    new Date('2026-11-24T09:00:00Z'),
  );
  expect(signed).toEqual({
    ...headers,
    host: 'secretsmanager.us-east-1.amazonaws.com',
    'x-amz-date': '20261124T090000Z',
    'x-amz-security-token': 'token==',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/secretsmanager/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=f5985b21ceec5cdc0353e043effc4afdd3a451dfa4c765193002628633e7fb3a',
  });
});
