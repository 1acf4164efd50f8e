/** Memory of long replies: where their bytes begin, and that it comes again. */
import { ReplyBuffers } from '../../../provision/pull/sftp/reply-buffers';

const dataHeadBytes = 9;

test('the bytes of a DATA reply begin at a multiple of 8', () => {
  const reply = new ReplyBuffers().take(dataHeadBytes + 255 * 1024);
  expect(reply).toHaveLength(dataHeadBytes + 255 * 1024);
  expect((reply.byteOffset + dataHeadBytes) % 8).toBe(0);
});

test('a block given back comes again; two in use are never the same', () => {
  const buffers = new ReplyBuffers();
  const first = buffers.take(200_000);
  expect(buffers.take(200_000).buffer).not.toBe(first.buffer);
  buffers.give(first.subarray(dataHeadBytes));
  expect(buffers.take(100_000).buffer).toBe(first.buffer);
});

test('memory of the same size from elsewhere is left alone: other replies may lie in it', () => {
  const buffers = new ReplyBuffers();
  const chunk = Buffer.allocUnsafeSlow(buffers.take(200_000).buffer.byteLength);
  buffers.give(chunk.subarray(0, 8000));
  expect(buffers.take(200_000).buffer).not.toBe(chunk.buffer);
});

test('a block given back twice is lent to one only', () => {
  const buffers = new ReplyBuffers();
  const reply = buffers.take(200_000);
  buffers.give(reply);
  buffers.give(reply);
  expect(buffers.take(200_000).buffer).not.toBe(buffers.take(200_000).buffer);
});

test.each([10, 300_000])('memory that is no block of its own is left alone: %d bytes', (lengthBytes) => {
  const buffers = new ReplyBuffers();
  const reply = buffers.take(lengthBytes);
  expect(reply).toHaveLength(lengthBytes);
  buffers.give(reply);
  expect(buffers.take(100_000).buffer).not.toBe(reply.buffer);
});
