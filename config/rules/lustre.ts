/**
 * The Lustre version of the file system against its deployment type, and the host's client against both. Sources: FSx
 * API reference (FileSystemTypeVersion); FSx for Lustre user guide, "Installing the Lustre client".
 */
import { clientsOf, defaultLustreClient, type LustreVersion } from '../lustre';
import { oneOf } from '../nearest';
import type { MigrationShape } from '../schema/shape';
import { field, type Rule } from './rule';

const version = field('lustre-version', 'fileSystem.lustreVersion', (value, { fileSystem }) => {
  if (value === '2.10') {
    const subject = fileSystem.deploymentType === 'PERSISTENT_2' ? 'PERSISTENT_2' : 'a file system linked to S3';
    return { message: `${subject} cannot be Lustre 2.10`, fix: 'use "2.12" or "2.15"' };
  }
  if (value === '2.12' && fileSystem.metadataIops !== undefined) {
    return {
      message: 'a metadata configuration needs Lustre 2.15, not 2.12',
      fix: 'use "2.15", or remove metadataIops',
    };
  }
  return undefined;
});

const clientOs = field('lustre-client-os', 'host.lustreClient', (value, { host }) => {
  const choices = clientsOf[host.os].map(({ name }) => name);
  if (choices.includes(value)) return undefined;
  return { message: `${value} is not a package of ${host.os}`, fix: `use ${oneOf(choices)}, or remove the key` };
});

const clientMounts: Rule = {
  id: 'lustre-client-version',
  *check({ host, fileSystem }) {
    const client = host.lustreClient ?? defaultLustreClient(host.os);
    const facts = clientsOf[host.os].find(({ name }) => name === client);
    const wanted = fileSystem.lustreVersion;
    // 2.10 is refused by itself, a client of another OS too: advice on both at once would contradict itself.
    if (wanted === '2.10' || facts === undefined || facts.mounts.includes(wanted)) return;
    yield {
      path: ['host', 'lustreClient'],
      message: `${client} is a ${facts.versions.join(' or ')} client: it mounts Lustre ${oneOf(facts.mounts)}, not ${wanted}`,
      fix: waysToMount(wanted, host.os),
    };
  },
};

function waysToMount(wanted: LustreVersion, os: MigrationShape['host']['os']): string {
  const mounting = (system: typeof os) => clientsOf[system].filter(({ mounts }) => mounts.includes(wanted));
  const here = mounting(os).map(({ name }) => `lustreClient: ${name}`);
  const elsewhere = mounting('amazon-linux-2023').map(({ name }) => `os: amazon-linux-2023 with ${name}`);
  return `use ${oneOf([...here, ...elsewhere])}`;
}

/** From the user guide's table of clients: from these kernels on, Amazon Linux 2 has the 2.12 client only. */
const kernelsWithoutClient210 = '5.10.144-127.601, 5.4.214-120.368 and 4.14.294-220.533';

const kernel = field('lustre-client-kernel', 'host.image', (value, { host }) => {
  const client = host.lustreClient ?? defaultLustreClient(host.os);
  if (value !== 'latest' || host.os !== 'amazon-linux-2' || client !== 'lustre2.10') return undefined;
  return {
    severity: 'warning',
    message: `the latest Amazon Linux 2 image has a kernel newer than lustre2.10 supports (from ${kernelsWithoutClient210} on)`,
    fix: 'use lustreClient: lustre, or pin an older image with image: { amiId: ... }',
  };
});

/** https://aws.amazon.com/amazon-linux-2/faqs/: end of support. */
const amazonLinux2SupportEnds = '2026-06-30';

const endOfSupport: Rule = {
  id: 'os-support',
  *check({ host }, { today }) {
    if (host.os !== 'amazon-linux-2' || today.toISOString().slice(0, 10) <= amazonLinux2SupportEnds) return;
    yield {
      path: ['host', 'os'],
      severity: 'warning',
      message: `Amazon Linux 2 left support on ${amazonLinux2SupportEnds}: it gets no security updates`,
      fix: 'use os: amazon-linux-2023 with lustreClient: lustre-client (supported to 2029-06-30)',
    };
  },
};

export const lustreRules: readonly Rule[] = [version, clientOs, clientMounts, kernel, endOfSupport];
