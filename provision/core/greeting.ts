/**
 * What a server says until it has said who it is (RFC 4253 section 4.2): lines of text, and its identification. ssh2 keeps the first piece of it and the last:
 * of a greeting in three it loses the second, and the server's signature is then not of what it has. So all that follows the first piece waits for the
 * identification's end.
 */

/** Tells whether this, which is all that was received and not handed on, may be handed on. */
export function greetingGate(): (received: Buffer) => boolean {
  /** What was handed on of the greeting, until the server has said who it is. */
  let greeting: string | undefined = '';
  return (received) => {
    if (greeting === undefined) return true;
    const isFirst = greeting === '';
    const text = greeting + received.toString('latin1');
    greeting = identification.test(text) || text.length >= mostGreetingBytes ? undefined : greeting || text;
    return isFirst || greeting === undefined;
  };
}

/** The line that ends a greeting; binary packets follow it. */
const identification = /(?:^|\n)SSH-[^\n]*\n/;
/** Of what is longer ssh2 says what is wrong. */
const mostGreetingBytes = 32 * 1024;
