/** Memory given back at once: only what holds nothing else. */
import { freeAtOnce } from '../../../provision/pull/sftp/free-memory';

const headBytes = 10;

/** What node:crypto decrypts a packet into: memory of its own, the bytes of the channel after a few others. */
const packetOf = (lengthBytes: number) => Buffer.alloc(headBytes + lengthBytes, 7);

test('memory that holds one chunk is gone, with every view of it', () => {
  const packet = packetOf(32 * 1024);
  const chunk = packet.subarray(headBytes);
  freeAtOnce(chunk);
  expect([chunk.length, packet.length, packet.buffer.byteLength]).toEqual([0, 0, 0]);
  // And again: nothing is left to free.
  freeAtOnce(chunk);
});

test.each([
  ['that others lie in beside it', packetOf(256 * 1024).subarray(headBytes, headBytes + 32 * 1024)],
  ['of a short chunk', packetOf(1024).subarray(headBytes)],
  ["that is Node's pool", Buffer.from('a reply')],
])('memory %s stays', (_what, chunk) => {
  const before = Buffer.concat([chunk]);
  freeAtOnce(chunk);
  expect(chunk.equals(before)).toBe(true);
});
