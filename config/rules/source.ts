/** `source`: where the vendor's server is and how it proves to be itself. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { cleanPath, isCleanPath } from '../clean-path';
import type { MigrationShape } from '../schema/shape';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

const dnsName = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** 4, 6, or 0 where it is no address, or one with a zone, which is of one link only: `fe80::1%eth0`. */
function familyOf(value: string): number {
  return value.includes('%') ? 0 : isIP(value);
}

function isHost(value: string): boolean {
  const looksLikeAddress = /^[\d.]+$/.test(value);
  return familyOf(value) !== 0 || (dnsName.test(value) && !looksLikeAddress);
}

const host = field('source-host', 'source.host', (value) => {
  if (isHost(value)) return undefined;
  const url = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^@/:\s]+)(?::(\d+))?(\/.*)?$/i.exec(value);
  const [, name = '', port, directory] = url ?? [];
  const bare = name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const parts = [`host: ${bare}`, ...(port === undefined ? [] : [`port: ${port}`])];
  const fix = isHost(bare)
    ? `write ${[...parts, ...(directory === undefined ? [] : [`path: ${directory}`])].join(' and ')}`
    : 'write a name such as sftp.vendor.example, or an address';
  return { message: `${show(value)} is not a host name or address`, fix };
});

/** A VPC that the stack makes has IPv4 only. */
const family = field('source-family', 'source.host', (value, { network }) =>
  familyOf(value) === 6 && network.mode === 'create'
    ? {
        message: `${show(value)} is an IPv6 address, and the network that is made has none`,
        fix: "write the source's name or IPv4 address, or network.mode: existing with a subnet that has IPv6",
      }
    : undefined,
);

const username = field('source-username', 'source.username', (value) =>
  value !== '' && value.trim() === value && !/\p{Cc}/u.test(value)
    ? undefined
    : { message: `${show(value)} is not a user name`, fix: 'write it without spaces around it' },
);

const path = field('source-path', 'source.path', (value) => {
  if (value === '/' || isCleanPath(value)) return undefined;
  return {
    message: `${show(value)} is not a plain absolute path: no empty, "." or ".." steps, no slash at the end`,
    fix: value.startsWith('~')
      ? 'write it from the root on, as `pwd` prints it in a session of sftp'
      : `write ${cleanPath(value.replace(/^[a-z]+:\/\/[^/]*/i, '')) ?? 'a path such as /outgoing'}`,
  };
});

const pattern = field('source-path-pattern', 'source.path', (value) => {
  if (!isCleanPath(value) || !/[*?]/.test(value)) return undefined;
  const steps = value.split('/');
  const directory = steps
    .slice(
      0,
      steps.findIndex((step) => /[*?]/.test(step)),
    )
    .join('/');
  return {
    severity: 'warning',
    message: `${show(value)} is one directory whose name has a * or ? in it: no pattern is looked for here`,
    fix: `write ${directory === '' ? '/' : directory}, and pull.includes or pull.excludes for the pattern`,
  };
});

/** OpenSSH prints 32 bytes in base64 without padding: the last of 43 characters carries four bits. */
const fingerprint = /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/;

const hostKey = field('host-key', 'source.hostKeys.*', (value, { source }): Complaint | undefined => {
  if (fingerprint.test(value)) {
    if (source.hostKeys.indexOf(value) === source.hostKeys.lastIndexOf(value)) return undefined;
    return { message: `${value} is given twice`, fix: 'keep one: two are for a rotation' };
  }
  if (/^(?:MD5:)?(?:[0-9a-f]{2}:){15}[0-9a-f]{2}$/i.test(value)) {
    return { message: `${show(value)} is an MD5 fingerprint: MD5 can be forged`, fix: howToGet(source) };
  }
  // As ssh-keyscan prints it, its host stands before.
  const blob = /^(?:[^\s#]+ +)?(?:ssh|ecdsa|sk)-\S+ +([A-Za-z0-9+/]+={0,2})/.exec(value)?.[1];
  if (blob !== undefined) {
    const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '');
    return { message: 'is a public key, not its fingerprint', fix: `write SHA256:${digest}` };
  }
  // As ssh-keygen prints it, the key's bits stand before, and its comment behind.
  const unpadded = (/(?:^|\s)(SHA256:\S+)/i.exec(value)?.[1] ?? value)
    .trim()
    .replace(/^(?:sha256:)?/i, 'SHA256:')
    .replace(/=$/, '');
  return {
    message: `${show(value)} is not SHA256: and 43 characters of base64`,
    fix: fingerprint.test(unpadded) ? `write ${unpadded}` : howToGet(source),
  };
});

function howToGet({ host: name, port }: MigrationShape['source']): string {
  return `ssh-keyscan -p ${port} ${name} | ssh-keygen -lf - -E sha256; compare with what the vendor publishes`;
}

export const sourceRules: readonly Rule[] = [host, family, username, path, pattern, hostKey];
