/** Questions to an account, each with its answer in words; they only read. */
import { SluiceError } from '../../provision/core/errors';
import type { Finding, Outcome } from '../../provision/diagnosis/check';
import type { CliContext } from '../context';
import { BucketReader } from './bucket-reader';
import { Ec2Reader } from './ec2-reader';
import { FsxReader } from './fsx-reader';
import { KmsReader } from './kms-reader';
import { ParameterReader } from './parameter-reader';

/** One region of an account, as it is read. */
export interface Account {
  readonly region: string;
  readonly ec2: Ec2Reader;
  readonly fsx: FsxReader;
  readonly s3: BucketReader;
  readonly kms: KmsReader;
  readonly parameters: ParameterReader;
}

export interface AwsCheck {
  readonly name: string;
  look(account: Account): Promise<Outcome>;
}

/** One finding a check, in order. Rejects where AWS cannot be asked at all: no network, no credentials. */
export function examine(account: Account, checks: readonly AwsCheck[]): Promise<readonly Finding[]> {
  return Promise.all(
    checks.map(async ({ name, look }): Promise<Finding> => {
      try {
        return { check: name, ...(await look(account)) };
      } catch (error) {
        if (!(error instanceof SluiceError) || error.kind !== 'failed') throw error;
        return { check: name, ...unanswered(error.message, error.hint) };
      }
    }),
  );
}

/** A question that cannot be answered from here; what the reader can do about that. */
export function unanswered(detail: string, cure?: string): Outcome {
  return { status: 'unknown', detail, ...(cure === undefined ? {} : { cure }) };
}

/** To be closed with `closeAccount`: its clients keep sockets open. Once the signal is aborted no question is answered any more. */
export function accountIn(region: string, context: Pick<CliContext, 'signal' | 'env'>): Account {
  const { signal } = context;
  return {
    region,
    ec2: new Ec2Reader(region, signal),
    fsx: new FsxReader(region, signal),
    s3: new BucketReader(region, signal),
    kms: new KmsReader(region, signal),
    parameters: new ParameterReader(region, context),
  };
}

export function closeAccount({ ec2, fsx, s3 }: Account): void {
  for (const reader of [ec2, fsx, s3]) reader.close();
}
