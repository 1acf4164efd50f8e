/**
 * Memory given back before the collector would. node:crypto decrypts each packet into new memory, and each reply is copied into some; left to the
 * collector, hundreds of MiB a second pass through the processor's caches, the collector runs for them alone, and as much again lies about until it
 * has. Given back at once the same few pages come again.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Less is not worth the call. */
const leastBytes = 4 * 1024;
/** Around what an SSH packet carries lie its type, channel, length and padding, 265 bytes at most; a reply's data have 16 before them. */
const mostAround = 512;

/**
 * Frees what `chunk` lies in, where it lies in memory that holds hardly anything else; nothing happens otherwise, nor on a Node.js that cannot do
 * it. Nobody may look at it any more: every view of it is empty from now on.
 */
export function freeAtOnce(chunk: Buffer): void {
  const { buffer, byteLength } = chunk;
  if (byteLength < leastBytes || buffer.byteLength - byteLength > mostAround) return;
  transfer ??= findTransfer() ?? leave;
  transfer.call(buffer as ArrayBuffer, 0);
}

type Transfer = (this: ArrayBuffer, byteLength: number) => unknown;

const leave: Transfer = () => undefined;
let transfer: Transfer | undefined;

/** `ArrayBuffer.prototype.transfer`, as of Node.js 21. Version 20 has it behind a flag of V8's that is looked at when a context is made. */
function findTransfer(): Transfer | undefined {
  const { transfer } = ArrayBuffer.prototype as { readonly transfer?: Transfer };
  if (transfer !== undefined || !process.version.startsWith('v20.')) return transfer;
  const flag = 'harmony-rab-gsab-transfer';
  setFlagsFromString(`--${flag}`);
  try {
    return runInNewContext('ArrayBuffer.prototype.transfer') as Transfer | undefined;
  } finally {
    setFlagsFromString(`--no-${flag}`);
  }
}
