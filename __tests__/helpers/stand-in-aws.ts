/** An `aws` program whose `ssm start-session` leads to a local sshd, as Session Manager's plugin leads to an instance's. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface StandInAws {
  /** An environment whose PATH finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** The arguments of the last call, one a line. */
  readonly callsFile: string;
  remove(): void;
}

/** Without an address, it refuses as Session Manager does for an instance that is not connected. */
export function standInAws(to: { readonly host: string; readonly port: number } | undefined): StandInAws {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-aws-'));
  const callsFile = join(folder, 'calls');
  const bridge =
    to === undefined
      ? `process.stderr.write('An error occurred (TargetNotConnected) when calling the StartSession operation\\n');
process.exit(254);`
      : `const socket = require('node:net').connect(${to.port}, ${JSON.stringify(to.host)});
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', () => process.exit(255)).on('close', () => process.exit(0));`;
  const script = `#!${process.execPath}
require('node:fs').writeFileSync(${JSON.stringify(callsFile)}, process.argv.slice(2).join('\\n'));
${bridge}
`;
  writeFileSync(join(folder, 'aws'), script, { mode: 0o755 });
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` },
    callsFile,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
