/** Names of the server, as text: SFTP version 3 does not say how they are encoded. Requests go on using the very bytes. */

/** Undefined where the bytes are not valid in the encoding. */
export type DecodeName = (bytes: Buffer) => string | undefined;

/** Undefined where the text has no bytes in the encoding, or not these alone. */
export type EncodeName = (text: string) => Buffer | undefined;

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
  if (decoder.encoding === 'windows-1252') return decodeWindows1252;
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
}

/** Encoding Standard, index windows-1252, which `latin1` means too; 0x80 to 0x9F, the rest is Latin-1. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Node.js 20 and others take it for Latin-1, and lose a first byte of 0xFF. */
function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => windows1252.charAt(character.charCodeAt(0) - 0x80));
}

/**
 * The way back, which no runtime has but for UTF-8: found by decoding every single byte and every pair. Characters of three bytes or more,
 * and those that several bytes stand for, have none for certain. Throws RangeError for an encoding that is not known.
 */
export function nameEncoder(encoding: string): EncodeName {
  if (new TextDecoder(encoding).encoding === 'utf-8') return (text) => Buffer.from(text);
  const decode = nameDecoder(encoding);
  let known: ReadonlyMap<string, Buffer | undefined> | undefined;
  return (text) => {
    known ??= bytesOfCharacters(decode);
    const characters: Buffer[] = [];
    for (const character of text) {
      const bytes = known.get(character);
      if (bytes === undefined) return undefined;
      characters.push(bytes);
    }
    const encoded = Buffer.concat(characters);
    return decode(encoded) === text ? encoded : undefined;
  };
}

/** Undefined for a character that several bytes stand for. */
function bytesOfCharacters(decode: DecodeName): ReadonlyMap<string, Buffer | undefined> {
  const found = new Map<string, Buffer | undefined>();
  const learn = (bytes: Buffer) => {
    const text = decode(bytes);
    if (text === undefined || [...text].length !== 1) return;
    found.set(text, found.has(text) ? undefined : bytes);
  };
  for (let byte = 0; byte < 0x100; byte += 1) learn(Buffer.from([byte]));
  for (let pair = 0; pair < 0x10000; pair += 1) learn(Buffer.from([pair >> 8, pair & 0xff]));
  return found;
}

/** Decoding replaces what is not UTF-8, so only a valid name survives the round trip. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}
