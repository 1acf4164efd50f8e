/** Memory of replies: where their bytes begin, and that a long one has it for itself. */
import { freeAtOnce } from '../../../provision/pull/sftp/free-memory';
import { replyMemory } from '../../../provision/pull/sftp/reply-memory';

/** Type, id and length. */
const dataHeadBytes = 9;

test.each([10, 10 * 1024, 255 * 1024])('of %d bytes', (lengthBytes) => {
  expect(replyMemory(lengthBytes)).toHaveLength(lengthBytes);
});

test.each([10 * 1024, 255 * 1024])(
  'the bytes of a DATA reply begin at a multiple of 8, and can be freed: %d',
  (dataBytes) => {
    const reply = replyMemory(dataHeadBytes + dataBytes);
    expect((reply.byteOffset + dataHeadBytes) % 8).toBe(0);
    freeAtOnce(reply.subarray(dataHeadBytes));
    expect(reply).toHaveLength(0);
  },
);
