/** The emulated AWS for a suite: moto as a leased process, our FSx in front of it, in this process. */
import { spawnSync } from 'node:child_process';
import { motoArguments, motoCommands, motoEndpoint, motoEnvironment } from '../../scripts/aws-local/moto';
import { startAwsLocal } from '../../scripts/aws-local/server';
import { startLeased } from './leased-process';
import { findProgram, type Need } from './needs';

const motoCommand = motoCommands.find(([program, ...args]) =>
  args.length === 0
    ? findProgram(program) !== undefined
    : spawnSync(program, ['-c', 'import moto.server'], { stdio: 'ignore' }).status === 0,
);

export const motoNeed: Need = { what: "moto's server (pip install 'moto[server]')", met: motoCommand !== undefined };

export interface EmulatedAws {
  readonly endpoint: string;
  /** What makes a client of AWS use it. */
  readonly env: Readonly<Record<string, string>>;
  /** A call of EC2's query API; resolves to its XML. */
  ec2(parameters: Readonly<Record<string, string>>): Promise<string>;
  createBucket(name: string): Promise<void>;
  /** A call of a service's JSON protocol: `AmazonSSM.PutParameter`. */
  json(service: string, operation: string, input: unknown): Promise<unknown>;
  /** A call of a service's query protocol; resolves to its XML. */
  query(service: string, parameters: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

export async function startEmulatedAws(): Promise<EmulatedAws> {
  const settings = Object.entries(motoEnvironment).map(([name, value]) => `${name}=${value}`);
  const moto = await startLeased('env', [...settings, ...(motoCommand ?? []), ...motoArguments]);
  await moto.printed(/Running on http/);
  const upstream = motoEndpoint(moto.output()) ?? '';
  const server = await startAwsLocal({ moto: upstream, port: 0, transitionMs: 100, deletesAtOnce: true });
  const signed = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`,
  });
  const query = async (service: string, parameters: Readonly<Record<string, string>>) =>
    (
      await fetch(server.endpoint, { method: 'POST', headers: signed(service), body: new URLSearchParams(parameters) })
    ).text();
  return {
    endpoint: server.endpoint,
    env: { AWS_ENDPOINT_URL: server.endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    ec2: (parameters) => query('ec2', { Version: '2016-11-15', ...parameters }),
    query,
    json: async (service, operation, input) => {
      const headers = { ...signed(service), 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': operation };
      const answer = await fetch(server.endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
      if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`);
      return answer.json();
    },
    createBucket: async (name) => {
      const { ok } = await fetch(`${server.endpoint}/${name}`, { method: 'PUT', headers: signed('s3') });
      if (!ok) throw new Error(`cannot create ${name}`);
    },
    close: async () => {
      await server.close();
      await moto.stop();
    },
  };
}
