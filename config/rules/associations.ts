/**
 * Data repository associations: their paths, events and chunks. Source: FSx API reference,
 * CreateDataRepositoryAssociation; FSx for Lustre user guide, "Linking your file system to an S3 bucket".
 */
import { cleanPath, isCleanPath, pathSegments } from '../clean-path';
import { type DataRepository, parseDataRepository } from '../data-repository';
import type { Finding, Path } from '../problem';
import { show } from '../secrecy';
import { field, type Rule } from './rule';

const association = (index: number, key: string): Path => ['fileSystem', 'associations', index, key];

/** Linux, NAME_MAX. */
const nameBytes = 255;

const path = field('association-path', 'fileSystem.associations.*.path', (value, { fileSystem }) => {
  if (value === '/') {
    if (fileSystem.associations.length > 1) {
      return { message: '"/" must be the only association', fix: 'link directories instead: /nasdaq, /nyse' };
    }
    return {
      message: '"/" leaves no place outside the association for unfinished files: no pull can go into it',
      fix: 'link a directory such as /nasdaq',
    };
  }
  // API shape Namespace: at most 4096 characters, no line ends.
  if (isCleanPath(value) && value.length <= 4096) {
    const long = pathSegments(value).find((name) => Buffer.byteLength(name) > nameBytes);
    if (long === undefined) return undefined;
    const message = `${show(long)} has ${Buffer.byteLength(long)} bytes; a name on the file system has up to ${nameBytes}`;
    return { message, fix: 'use a shorter name' };
  }
  const clean = cleanPath(value);
  return {
    message: `${show(value)} is not a plain absolute path: no empty, "." or ".." steps, no slash at the end`,
    fix: `write ${clean ?? 'a path such as /nasdaq'}`,
  };
});

const repository = field('data-repository', 'fileSystem.associations.*.dataRepository', (value) => {
  const parsed = parseDataRepository(value);
  if (parsed === undefined) {
    return {
      message: `${show(value)} is not an S3 URI`,
      fix: `write s3://${bucketAndPrefix(value) ?? 'bucket/prefix'}`,
    };
  }
  if (parsed.prefix !== '' && !isCleanPath(`/${parsed.prefix}`)) {
    return { message: `${show(value)} has an empty, "." or ".." step in its prefix`, fix: 'write s3://bucket/prefix' };
  }
  // Terraform's AWS provider (5.100.0) takes no longer one, though the API does.
  if (value.length <= 900) return undefined;
  return { message: `has ${value.length} characters; Terraform takes up to 900`, fix: 'use a shorter prefix' };
});

/** What an ARN, a web address of S3 (S3 user guide, "Virtual hosting of buckets"), or an URI of another tool names. */
function bucketAndPrefix(value: string): string | undefined {
  const bare = value
    .replace(/^(?:arn:aws[a-z-]*:s3:::|(?:https?|s3[an]?):\/*)/i, '')
    .replace(/^([a-z0-9.-]+?)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?(?=\/|$)/, '$1')
    .replace(/^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?\//, '');
  return /^[a-z0-9][a-z0-9.-]*(?:\/.*)?$/.test(bare) ? bare : undefined;
}

/** A path of an association is one within the file system, whose root the hosts have at the mount point. */
const mounted = field('association-mount-point', 'fileSystem.associations.*.path', (value, { host }) =>
  value !== host.mountPoint && !value.startsWith(`${host.mountPoint}/`)
    ? undefined
    : {
        severity: 'warning',
        message: `${show(value)} is a path within the file system: on the hosts it is ${host.mountPoint}${value}`,
        fix: `write ${value.slice(host.mountPoint.length) || '/nasdaq, for example'}: the mount point is no part of it`,
      },
);

const pathOverlap: Rule = {
  id: 'association-overlap',
  *check({ fileSystem }) {
    const paths = fileSystem.associations.map(({ path: value }) => pathSegments(value));
    // "/" overlaps everything; the rule on the path says so already.
    for (const [index, earlier] of overlaps(paths, (a, b) => a.length > 0 && b.length > 0 && isWithin(a, b))) {
      yield overlap(association(index, 'path'), 'file system path', fileSystem.associations[earlier]?.path);
    }
  },
};

const repositoryOverlap: Rule = {
  id: 'data-repository-overlap',
  *check({ fileSystem }) {
    const repositories = fileSystem.associations.map(({ dataRepository }) => parseDataRepository(dataRepository));
    const within = (a: DataRepository | undefined, b: DataRepository | undefined) =>
      a !== undefined && a.bucket === b?.bucket && isWithin(pathSegments(a.prefix), pathSegments(b.prefix));
    for (const [index, earlier] of overlaps(repositories, within)) {
      const other = fileSystem.associations[earlier]?.dataRepository;
      yield overlap(association(index, 'dataRepository'), 'data repository', other);
    }
  },
};

function overlap(where: Path, what: string, other: string | undefined): Finding {
  return {
    path: where,
    message: `overlaps the ${what} ${show(other)} of another association`,
    fix: 'choose paths of which none lies within another',
  };
}

/** Each item that lies within an earlier one or around it, with that one. */
function* overlaps<T>(items: readonly T[], within: (a: T, b: T) => boolean): Generator<readonly [number, number]> {
  for (const [index, item] of items.entries()) {
    const earlier = items.slice(0, index).findIndex((other) => within(item, other) || within(other, item));
    if (earlier !== -1) yield [index, earlier];
  }
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  return outer.every((segment, index) => inner[index] === segment);
}

const eventRules: readonly Rule[] = (['autoImport', 'autoExport'] as const).map((key) =>
  field('association-events', `fileSystem.associations.*.${key}`, (value) => {
    const twice = value.find((event, index) => value.indexOf(event) !== index);
    return twice === undefined
      ? undefined
      : { message: `${twice} is given twice`, fix: `write [${[...new Set(value)].join(', ')}]` };
  }),
);

const noExport = field('association-export', 'fileSystem.associations.*.autoExport', (value) =>
  value.length > 0
    ? undefined
    : {
        severity: 'warning',
        message: 'nothing is exported: what is pulled stays in the file system and never reaches S3',
        fix: 'write [NEW, CHANGED, DELETED]',
      },
);

const chunk = field('imported-chunk-size', 'fileSystem.associations.*.importedFileChunkSizeMiB', (value) =>
  value >= 1 && value <= 512_000
    ? undefined
    : { message: `chunks are 1 to 512000 MiB, not ${value}`, fix: 'use 1024, the default' },
);

export const associationRules: readonly Rule[] = [
  path,
  mounted,
  repository,
  pathOverlap,
  repositoryOverlap,
  ...eventRules,
  noExport,
  chunk,
];
