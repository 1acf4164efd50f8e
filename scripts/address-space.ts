/**
 * ssh2 has a cipher in WebAssembly, for whose memory Node.js before 24 reserves 10 GB of addresses, whatever it uses of them. Where they may not be had
 * (`ulimit -v`, as on machines that many share), ssh2 rejects a promise that nobody has yet, a moment after it is loaded, which ends the program with a stack trace.
 */
import { exitCodes } from '../provision/core/errors';

/** Not in the types for Node.js. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => object };
};

/** To be called before that moment: says so, and ends the program. */
export function requireAddressSpace({ stderr, exit }: Pick<NodeJS.Process, 'stderr' | 'exit'>): void {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 256 });
  } catch {
    stderr.write(`error: the limit on virtual memory is too low for WebAssembly, which ssh2 needs: Node.js reserves 10 GB of address space for it
  fix: allow more virtual memory (ulimit -v unlimited), or have it do with less: NODE_OPTIONS=--disable-wasm-trap-handler
`);
    exit(exitCodes.failed);
  }
}
