/**
 * One endpoint for all of the emulated AWS: requests to FSx and Budgets (AWS JSON 1.1, known by their X-Amz-Target) are answered
 * here, everything else goes on to moto unchanged. Listens on the loopback interface only.
 */
import { randomBytes } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../listen-on-loopback';
import { BudgetsService } from './budgets/service';
import { AwsFault } from './fault';
import { FsxService } from './fsx/service';
import { upstreamAt } from './upstream';

/** An API that is answered here. */
interface Service {
  /** @throws AwsFault */
  call(operation: string, body: unknown, region: string): Promise<object>;
}

export interface AwsLocalOptions {
  /** moto's endpoint: `http://127.0.0.1:5000`. */
  readonly moto: string;
  /** 0 for any free port. */
  readonly port: number;
  /** How long FSx takes for a creation, an update or a deletion. */
  readonly transitionMs: number;
  /** True spares Terraform the 10 minutes it waits for a deleted file system (fsx/environment.ts). */
  readonly deletesAtOnce: boolean;
}

export interface AwsLocal {
  /** For AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function startAwsLocal({ moto, port, ...timing }: AwsLocalOptions): Promise<AwsLocal> {
  const fsx = new FsxService({
    accountId: '123456789012',
    upstream: upstreamAt(moto),
    ...timing,
    now: Date.now,
    randomHex: (length) => randomBytes(length).toString('hex').slice(0, length),
  });
  const services: Readonly<Record<string, Service>> = {
    AWSSimbaAPIService_v20180301: fsx,
    AWSBudgetServiceGateway: new BudgetsService(),
  };
  const server = createServer((request, response) => {
    const [name = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const service = services[name];
    if (service === undefined) return forward(moto, request, response);
    answer(service, operation, request).then(
      (body) => reply(response, 200, body),
      (error: unknown) =>
        error instanceof AwsFault
          ? reply(response, 400, { __type: error.type, message: error.message })
          : reply(response, 500, { __type: 'InternalServerError', message: String(error) }),
    );
  });
  return listenOnLoopback(server, port);
}

async function answer(service: Service, operation: string, request: IncomingMessage): Promise<object> {
  const body = await text(request);
  return service.call(operation, parse(body), regionOf(request.headers.authorization));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new AwsFault('BadRequest', 'The request body is not JSON.');
  }
}

/** From the signature's scope: `Credential=AKIA.../20260101/us-east-1/fsx/aws4_request`. */
function regionOf(authorization: string | undefined): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization ?? '')?.[1] ?? 'us-east-1';
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

function forward(moto: string, incoming: IncomingMessage, response: ServerResponse): void {
  const options = { method: incoming.method ?? 'GET', headers: incoming.headers };
  const outgoing = httpRequest(new URL(incoming.url ?? '/', moto), options, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  outgoing.on('error', (error) => {
    if (response.headersSent) response.destroy(error);
    else reply(response, 502, { __type: 'BadGateway', message: `moto at ${moto}: ${error.message}` });
  });
  incoming.pipe(outgoing);
}
