/** What the checks read of Systems Manager: one call, so by the agent's own client and no SDK. The credentials are those that the SDK finds. */
import { EC2Client } from '@aws-sdk/client-ec2';
import { SluiceError } from '../../provision/core/errors';
import { parameterValue } from '../../provision/pull/login/aws/call';
import { unlessAborted } from '../aws/stoppable';
import type { CliContext } from '../context';
import { Asked } from './asked';

interface Found {
  /** Undefined where AWS refuses to give it. */
  readonly value?: string;
  /** AWS's words then. */
  readonly refused?: string;
}

export class ParameterReader {
  readonly #asked = new Asked();

  constructor(
    private readonly region: string,
    private readonly context: Pick<CliContext, 'env' | 'signal'>,
  ) {}

  /** Rejects with a SluiceError, also where AWS does not answer. */
  value(name: string): Promise<Found> {
    return this.#asked.once('ssm:GetParameter', name, () => unlessAborted(this.context.signal, this.#read(name)));
  }

  async #read(name: string): Promise<Found> {
    const target = { region: this.region, env: await this.#environment() };
    try {
      return { value: (await parameterValue(name, target)).reveal() };
    } catch (error) {
      if (error instanceof SluiceError && !error.retryable) return { refused: error.message };
      throw error;
    }
  }

  /** What the agent's client reads. */
  async #environment(): Promise<CliContext['env']> {
    const client = new EC2Client({ region: this.region });
    try {
      const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
      return {
        AWS_ENDPOINT_URL: this.context.env.AWS_ENDPOINT_URL,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      };
    } finally {
      client.destroy();
    }
  }
}
