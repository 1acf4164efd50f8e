/** Step 1: an SFTP server in process over a generated tree, reached with a key of its own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes, formatCount } from '../../../provision/core/units';
import type { DemoSource } from '../demo-config';
import { startSftpServer } from '../sftp-server';
import { generateKeyPair } from '../ssh-keys';
import type { Stage } from '../stage';
import { writeTree } from '../tree';

export async function startSource(stage: Stage): Promise<DemoSource> {
  const { vendor, folder } = stage.workspace;
  const { files, sizeBytes } = await writeTree(vendor);
  const key = generateKeyPair('vendor account');
  const identityFile = join(folder, 'vendor_key');
  await writeFile(identityFile, key.privateKey, { mode: 0o600 });
  const username = 'market-data';
  const server = await startSftpServer({ root: vendor, username, publicKey: key.publicKey });
  stage.onClose(server.close);
  const size = `${formatCount(files)} files, ${formatBytes(sizeBytes)}`;
  stage.title('1 source', `an SFTP server on 127.0.0.1:${server.port}: ${size}`);
  const hostKeys = [server.hostKeyFingerprint];
  return { host: '127.0.0.1', port: server.port, username, hostKeys, identityFile, path: '/' };
}

/** A server of the user's: nothing to start. */
export function nameSource(stage: Stage, source: DemoSource): DemoSource {
  const { username, host, port, path } = source;
  stage.title('1 source', `sftp://${username}@${host}:${port}${path}`);
  return source;
}
