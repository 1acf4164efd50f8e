/** What the checks read of KMS. Credentials and endpoint are those of the environment. */
import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
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

  /** @param key An ARN, whose region is asked; or an id in the account's. Undefined where there is no such key. */
  keyPolicy(key: string) {
    return this.#asked.once('kms:GetKeyPolicy', key, async () => {
      const region = /^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1] ?? this.region;
      const client = stoppable(new KMSClient({ region }), this.#signal);
      try {
        const command = new GetKeyPolicyCommand({ KeyId: key, PolicyName: 'default' });
        return (await client.send(command).catch(absent('NotFoundException', { Policy: undefined }))).Policy;
      } finally {
        client.destroy();
      }
    });
  }
}
