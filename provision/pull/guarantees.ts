/**
 * What a pull does beyond bringing the bytes. A run has all of it; the benchmark alone leaves parts out, to show what each costs. Neither
 * the job nor the command line can.
 */
export interface Guarantees {
  /** SHA-256 while reading: the manifest of digests, and what `verify` compares with. */
  readonly hash: boolean;
  /** Read back what was written, and compare it with what was received. */
  readonly verify: boolean;
  /** Files and directories on storage before they count as done. */
  readonly fsync: boolean;
  /** The source looked at again after the last byte. */
  readonly secondStat: boolean;
}

export const allGuarantees: Guarantees = { hash: true, verify: true, fsync: true, secondStat: true };
