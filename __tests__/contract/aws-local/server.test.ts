/** One endpoint: FSx answered here in AWS JSON 1.1, everything else passed on untouched. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type AwsLocal, startAwsLocal } from '../../../scripts/aws-local/server';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('the endpoint', () => {
  const seen: Seen[] = [];
  let moto: Server;
  let aws: AwsLocal;

  beforeEach(async () => {
    seen.length = 0;
    moto = createServer(async (request, response) => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body: await text(request) });
      response.writeHead(201, { 'x-from': 'moto' }).end('<vpcId>vpc-01</vpcId>');
    });
    moto.listen(0, '127.0.0.1');
    await once(moto, 'listening');
    const { port } = moto.address() as AddressInfo;
    aws = await startAwsLocal({ moto: `http://127.0.0.1:${port}`, port: 0, transitionMs: 0, deletesAtOnce: false });
  });

  afterEach(async () => {
    await aws.close();
    moto.closeAllConnections();
    moto.close();
  });

  function fsx(operation: string, body: string): Promise<Response> {
    return fetch(aws.endpoint, {
      method: 'POST',
      headers: {
        'x-amz-target': `AWSSimbaAPIService_v20180301.${operation}`,
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/fsx/aws4_request, Signature=none',
      },
      body,
    });
  }

  test('listens on the loopback interface', () => {
    expect(aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('answers FSx in the region of the signature, asking upstream for the subnet', async () => {
    const response = await fsx(
      'CreateFileSystem',
      JSON.stringify({
        FileSystemType: 'LUSTRE',
        StorageCapacity: 1200,
        SubnetIds: ['subnet-01'],
        LustreConfiguration: { DeploymentType: 'SCRATCH_2' },
      }),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    const { FileSystem } = (await response.json()) as { FileSystem: { DNSName: string; VpcId: string } };
    expect(FileSystem.DNSName).toMatch(/\.fsx\.eu-west-1\.amazonaws\.com$/);
    expect(FileSystem.VpcId).toBe('vpc-01');
    expect(seen.map(({ body }) => body)).toEqual([expect.stringContaining('SubnetId.1=subnet-01')]);
  });

  test('tells faults with their type', async () => {
    const response = await fsx('DescribeFileSystems', '{"FileSystemIds":["fs-01"]}');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: 'FileSystemNotFound',
      message: "File system 'fs-01' does not exist.",
    });
    expect((await fsx('DescribeFileSystems', 'not json')).status).toBe(400);
  });

  test('passes everything else on, and its answer back', async () => {
    const response = await fetch(`${aws.endpoint}/bucket/key?acl`, {
      method: 'PUT',
      headers: { 'x-amz-meta-file-owner': '0' },
      body: 'content',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-from')).toBe('moto');
    expect(seen).toEqual([
      expect.objectContaining({
        method: 'PUT',
        url: '/bucket/key?acl',
        body: 'content',
        headers: expect.objectContaining({ 'x-amz-meta-file-owner': '0' }),
      }),
    ]);
  });

  test('says so when moto is gone', async () => {
    moto.closeAllConnections();
    moto.close();
    await once(moto, 'close');
    const response = await fetch(`${aws.endpoint}/bucket`);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ __type: 'BadGateway' });
  });
});
