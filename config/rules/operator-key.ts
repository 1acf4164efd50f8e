/** `host.ssh`: the operator's key pair; only its public half belongs in the file. */
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

const showPublicHalf = 'ssh-keygen -y -f ~/.ssh/id_ed25519';

/** EC2 user guide, "Create a key pair": ED25519 and RSA. RSA under 2048 bits is refused by EC2 and by OpenSSH. */
const publicKey = field('ssh-public-key', 'host.ssh.publicKey', (value): Complaint | undefined => {
  const text = value.trim();
  if (/PRIVATE KEY|PuTTY-User-Key/.test(text)) {
    return {
      message: 'is a PRIVATE key (not shown): this file never holds a secret',
      fix: `write what \`${showPublicHalf}\` prints, and treat the private key as known to others if this file was shared`,
    };
  }
  if (text.startsWith('---- BEGIN SSH2 PUBLIC KEY')) {
    return { message: 'is in SSH2 format', fix: 'convert it: ssh-keygen -i -f key.pub' };
  }
  if (/[\r\n]/.test(text)) return { message: 'has more than one line', fix: 'keep one line of one .pub file' };
  const [type = '', blob = '', ...comment] = text.split(/\s+/);
  const example = `write the line of your .pub file: \`${showPublicHalf}\` prints it`;
  if (!/^(?:ssh|ecdsa|sk)-[\w@.-]+$/.test(type)) return { message: 'is not an OpenSSH public key', fix: example };
  if (type !== 'ssh-ed25519' && type !== 'ssh-rsa') {
    return { message: `is a ${type} key: EC2 takes ssh-ed25519 and ssh-rsa only`, fix: 'ssh-keygen -t ed25519' };
  }
  const fields = wireFields(blob);
  if (fields?.[0]?.toString('latin1') !== type || fields.length !== (type === 'ssh-rsa' ? 3 : 2)) {
    return { message: `is not a whole ${type} key`, fix: example };
  }
  const bits = type === 'ssh-rsa' ? bitLength(fields[2]) : 256;
  if (bits < 2048 && type === 'ssh-rsa') {
    return { message: `is an RSA key of ${bits} bits, at least 2048 needed`, fix: 'ssh-keygen -t ed25519' };
  }
  if (type === 'ssh-ed25519' && fields[1]?.length !== 32)
    return { message: `is not a whole ${type} key`, fix: example };
  if (comment[0] !== 'replace-me') return undefined;
  return { severity: 'warning', message: "is the example's key: nobody can log in with it", fix: example };
});

/** RFC 4253 section 6.6: a key blob is strings, each after its length in four bytes. */
function wireFields(base64: string): readonly Buffer[] | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, 'base64');
  const fields: Buffer[] = [];
  let offset = 0;
  while (offset < blob.length) {
    if (offset + 4 > blob.length) return undefined;
    const end = offset + 4 + blob.readUInt32BE(offset);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(offset + 4, end));
    offset = end;
  }
  return fields;
}

/** Of a positive mpint (RFC 4251 section 5). */
function bitLength(mpint: Buffer | undefined): number {
  const hex = mpint?.toString('hex').replace(/^(?:00)+/, '') ?? '';
  return hex === '' ? 0 : BigInt(`0x${hex}`).toString(2).length;
}

const identityFile = field('ssh-identity-file', 'host.ssh.identityFile', (value) => {
  if (/PRIVATE KEY|PuTTY-User-Key|[\r\n]/.test(value)) {
    const fix = 'write the path of the key file, and treat the key as known to others if this file was shared';
    return { message: 'holds a key (not shown), not the path of one', fix };
  }
  if (!value.endsWith('.pub')) return undefined;
  return { message: `${show(value)} is the public half`, fix: `write ${value.slice(0, -'.pub'.length)}` };
});

export const operatorKeyRules: readonly Rule[] = [publicKey, identityFile];
