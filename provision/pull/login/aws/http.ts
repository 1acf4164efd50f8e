/** One HTTP exchange with a deadline, over node's own client: the agent carries no other, and Node.js 16 has no `fetch`. */
import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Rejects where no whole answer came in time; whatever its status, an answer resolves. */
export function exchange({ method, url, headers = {}, body, timeoutMs }: HttpRequest): Promise<HttpAnswer> {
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...headers } }, (answer) => {
      text(answer).then((whole) => resolve({ status: answer.statusCode ?? 0, body: whole }), reject);
    });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)), timeoutMs);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
