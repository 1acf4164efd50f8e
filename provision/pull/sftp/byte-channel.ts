/** The byte stream beneath a session: an ssh2 channel, or a fake in tests. */
export interface ByteChannel {
  write(bytes: Buffer): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'close' | 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  destroy(): unknown;
  /** What the server says beside the protocol; must be taken. */
  readonly stderr?: { on(event: 'data', listener: (chunk: Buffer) => void): unknown };
}
