/** A Transport that keeps everything that left the operator's machine in a command line, and passes it on. */
import type { Transport } from '../../provision/connection/shell-connection';

export interface RecordingTransport extends Transport {
  readonly commandLines: readonly string[];
}

export function recordingTransport(inner: Transport): RecordingTransport {
  const commandLines: string[] = [];
  return {
    host: inner.host,
    commandLines,
    run: (commandLine, options) => {
      commandLines.push(commandLine);
      return inner.run(commandLine, options);
    },
    close: () => inner.close(),
  };
}
