/** What the checks read of KMS. Credentials and endpoint are those of the environment. */
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { stoppable } from '../aws/stoppable';
import { Asked, absent } from './asked';

/** Every method rejects with a SluiceError. */
export class KmsReader {
  readonly #asked = new Asked();

  readonly #signal: AbortSignal;

  constructor(
    readonly region: string,
    signal: AbortSignal,
  ) {
    this.#signal = signal;
  }

  /** @param key An id or an alias (`alias/...`) of the account's, or the ARN of either, whose region is asked. Undefined where there is no such key. */
  async keyPolicy(key: string): Promise<string | undefined> {
    const id = /(^|:)alias\//.test(key) ? await this.#keyOf(key) : key;
    if (id === undefined) return undefined;
    return this.#ask('kms:GetKeyPolicy', id, async (client) => {
      const command = new GetKeyPolicyCommand({ KeyId: id, PolicyName: 'default' });
      return (await client.send(command)).Policy;
    });
  }

  /** GetKeyPolicy takes no alias. */
  #keyOf(alias: string): Promise<string | undefined> {
    return this.#ask('kms:DescribeKey', alias, async (client) => {
      return (await client.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata?.Arn;
    });
  }

  #ask(
    action: string,
    key: string,
    question: (client: KMSClient) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    return this.#asked.once(action, key, async () => {
      const region = /^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1] ?? this.region;
      const client = stoppable(new KMSClient({ region }), this.#signal);
      try {
        return await question(client).catch(absent('NotFoundException', undefined));
      } finally {
        client.destroy();
      }
    });
  }
}
