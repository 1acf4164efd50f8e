/** An instance metadata service, version 2 only, with one role: it gives keys to whoever brings a token that it gave before. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { listen } from '../../scripts/listen-on-loopback';

export interface InstanceMetadata {
  readonly endpoint: string;
  close(): Promise<void>;
}

const role = 'sluice-market-data-us-east-1';

export async function startInstanceMetadata({ address = '127.0.0.1', hasRole = true } = {}): Promise<InstanceMetadata> {
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    const answer = (status: number, body = '') => response.writeHead(status).end(body);
    if (request.url === '/latest/api/token' && request.method === 'PUT') {
      if (request.headers['x-aws-ec2-metadata-token-ttl-seconds'] === undefined) return answer(400);
      const token = randomUUID();
      tokens.add(token);
      return answer(200, token);
    }
    if (!tokens.has(String(request.headers['x-aws-ec2-metadata-token']))) return answer(401);
    const path = '/latest/meta-data/iam/security-credentials/';
    if (!hasRole) return answer(404);
    if (request.url === path) return answer(200, role);
    if (request.url !== `${path}${role}`) return answer(404);
    return answer(
      200,
      JSON.stringify({ Code: 'Success', AccessKeyId: 'AKIA', SecretAccessKey: 'key', Token: 'token' }),
    );
  });
  const port = await listen(server, 0, address);
  return {
    endpoint: `http://${address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
