/**
 * What any program on a host may say because of the host itself, whatever it was asked to do (errno(3): ENOSPC, EDQUOT, EROFS, EPERM; curl, yum, dnf, rpm,
 * apt), turned into a cause and a cure.
 */
export interface HostTrouble {
  readonly says: RegExp;
  readonly cause: string;
  readonly fix: string;
}

export const diskFull: HostTrouble = {
  // curl's 23 is a download that cannot be written down.
  says: /no space left on device|disk quota exceeded|more space needed|needs \d+\s?\w* (?:more space )?on the |don't have enough free space|curl(?: error \(|#)23\b/i,
  cause: 'a disk of the host is full',
  fix: 'make room on the host (df -h shows which disk is full, df -i which one has no inodes left), or enlarge the volume; then run again',
};

export const readOnlyDisk: HostTrouble = {
  says: /read-only file system/i,
  cause: 'a file system of the host is mounted read-only',
  fix: 'see which one and why (findmnt -o TARGET,OPTIONS; after errors the kernel makes it so: dmesg), mount it read-write (mount -o remount,rw), and run again',
};

/** The signatures are AWS's, which takes requests of five minutes before and after (Signature Version 4). */
export const wrongClock: HostTrouble = {
  says: /certificate (?:is not yet valid|has expired|is expired)|not yet valid certificate|expired certificate|release file for .* is (?:not valid yet|expired)|signature (?:expired|not yet current): /i,
  cause: "by the host's clock a certificate, a signature or an index is not valid",
  fix: "set the host's clock right (date; start chronyd: it finds 169.254.169.123, Amazon Time Sync) and run again; where it is right, the certificate of the mirror or proxy has run out",
};

/** Of root, whom no mode keeps out (chattr(1)). */
const immutable: HostTrouble = {
  says: /\b(?:chmod|chown|mkdir|mktemp|mv|rm): .*operation not permitted/i,
  cause: 'a file of the host may not be changed, even by root',
  fix: 'it is immutable, most often: lsattr on it or its folder shows an i; chattr -i lifts that, and run again',
};

/** Undefined where nothing of the kind was said. */
export function hostTroubleIn(said: string): HostTrouble | undefined {
  return [diskFull, readOnlyDisk, wrongClock, immutable].find(({ says }) => says.test(said));
}
