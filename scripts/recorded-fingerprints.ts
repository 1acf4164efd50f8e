/** The host keys of an SFTP server that a known_hosts file has. */
import { readFileSync } from 'node:fs';
import { messageOf, SluiceError } from '../provision/core/errors';
import { trustedFingerprints } from '../provision/core/host-keys';

interface Server {
  readonly host: string;
  readonly port: number;
}

/** None where there is no file, unless it must exist. @throws SluiceError of kind `config` where it cannot be read. */
export function recordedFingerprints(
  file: string,
  { host, port }: Server,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): readonly string[] {
  try {
    return trustedFingerprints(readFileSync(file, 'utf8'), host, port);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !mustExist) return [];
    throw new SluiceError(`the known host keys cannot be read: ${messageOf(cause)}`, {
      code: 'KNOWN_HOSTS_UNREADABLE',
      kind: 'config',
      hint: `Make ${file} readable, or give the key of the server by --host-key SHA256:...`,
      cause,
    });
  }
}
