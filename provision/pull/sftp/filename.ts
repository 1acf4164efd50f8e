/** Names of the server, as text: SFTP version 3 does not say how they are encoded. Requests go on using the very bytes. */

/** Undefined where the bytes are not valid in the encoding. */
export type DecodeName = (bytes: Buffer) => string | undefined;

/** Whether this runtime knows the encoding. */
export function isEncodingKnown(encoding: string): boolean {
  try {
    new TextDecoder(encoding);
    return true;
  } catch {
    return false;
  }
}

/** For a label of the WHATWG Encoding Standard. Throws RangeError for one that is not known. */
export function nameDecoder(encoding: string): DecodeName {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  if (decoder.encoding === 'utf-8') return decodeUtf8;
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
}

/** Decoding replaces what is not UTF-8, so only a valid name survives the round trip. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}
