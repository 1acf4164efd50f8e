/**
 * A command's own output, without what the login's files print before it: sshd's bash reads ~/.bashrc for every command, csh and fish their like.
 * A mark stands between the two. Where it never comes, nothing of the command ran, and what was said in its place is all there is.
 */
import { Transform, type Writable } from 'node:stream';
import { type Command, sh } from '../core/sh';

const mark = 'sluice: output begins';
const markLine = Buffer.from(`${mark}\n`);

export function withMark(command: Command): Command {
  return sh`echo ${mark}; ${command}`;
}

export function behindMark(output: Buffer): Buffer {
  const at = output.indexOf(markLine);
  return at === -1 ? output : output.subarray(at + markLine.length);
}

/** What goes in before the mark does not come out, nor does anything where there is none; `out` ends with it. */
export function behindMarkInto(out: Writable): Writable {
  let before: Buffer | undefined = Buffer.alloc(0);
  const filter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (before === undefined) return done(null, chunk);
      const seen = Buffer.concat([before, chunk]);
      const at = seen.indexOf(markLine);
      // The mark may come in pieces.
      before = at === -1 ? seen.subarray(-markLine.length) : undefined;
      if (at === -1) return done();
      done(null, seen.subarray(at + markLine.length));
    },
  });
  filter.pipe(out);
  return filter;
}
