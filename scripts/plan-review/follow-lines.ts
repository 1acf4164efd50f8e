/** The lines of a file that another program writes, as they come. */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const pollMs = 100;

/** Until `writing` is settled; what the file ends with is a line too. Resolves, or rejects, as `writing` does, after the last line. */
export async function followLines<T>(file: string, writing: Promise<T>, onLine: (line: string) => void): Promise<T> {
  const fd = openSync(file, 'r');
  const block = Buffer.alloc(64 * 1024);
  const decoder = new StringDecoder('utf8');
  let begun = '';
  const read = () => {
    for (let count = readSync(fd, block); count > 0; count = readSync(fd, block)) {
      const lines = (begun + decoder.write(block.subarray(0, count))).split('\n');
      begun = lines.pop() ?? '';
      lines.forEach(onLine);
    }
  };
  const timer = setInterval(read, pollMs);
  try {
    return await writing;
  } finally {
    clearInterval(timer);
    read();
    closeSync(fd);
    if (begun !== '') onLine(begun);
  }
}
