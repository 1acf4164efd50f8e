/** What `sluice verify` and `sluice release` work on: the file system as a host shows it, and the account with its buckets. */
import { ec2Layout } from '../../provision/roles/layout';
import type { CliContext } from '../context';
import type { OneHostOptions } from '../provision/host-options';
import { type Connecting, onFirstHost } from '../provision/on-host';
import { type OnUnread, openProofAccount } from './account';
import type { ProofSubject } from './look-at';
import { proofFileOf } from './proof';

export interface ProofSubjectOptions {
  readonly login: OneHostOptions & Connecting;
  readonly onUnread: OnUnread;
}

/** Connection and account end with the work. `proofFile`: where its proof is, or will be. */
export function onProofSubject(
  context: CliContext,
  { login, onUnread }: ProofSubjectOptions,
  work: (subject: ProofSubject, proofFile: string) => Promise<void>,
): Promise<void> {
  return onFirstHost(context, login, async ({ migration, file, outputs, connection }) => {
    const { signal, now } = context;
    const account = await openProofAccount(outputs.region, { onUnread, signal, now });
    try {
      const subject = { migration, outputs, connection, layout: ec2Layout, account };
      await work(subject, proofFileOf(file, migration.name));
    } finally {
      account.close();
    }
  });
}
