/** Bucket names (S3 user guide, "General purpose bucket naming rules") and the `buckets` section. */
import { parseDataRepository } from '../data-repository';
import { nearest } from '../nearest';
import { knownRegions, partitionOf } from '../regions';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

/** Each says what a bad name is like. */
const nameRules: readonly (readonly [bad: RegExp, why: string])[] = [
  [/^.{0,2}$|^.{64,}$/s, 'names have 3 to 63 characters'],
  [/[^a-z0-9.-]/, 'names have a-z, 0-9, dots and hyphens only'],
  [/^[^a-z0-9]|[^a-z0-9]$/, 'names start and end with a letter or digit'],
  [/\.\./, 'names have no two dots in a row'],
  [/^\d+\.\d+\.\d+\.\d+$/, 'names cannot look like an IP address'],
  [/^(?:xn--|sthree-|amzn-s3-demo-)/, 'names cannot start with xn--, sthree- or amzn-s3-demo-'],
  [
    /(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/,
    'names cannot end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3',
  ],
];

/** What is wrong with a bucket's name. */
export function badBucketName(name: string): Complaint | undefined {
  const why = nameRules.find(([bad]) => bad.test(name))?.[1];
  if (why === undefined) return undefined;
  // An URI's bucket is a name; of an ARN or an access point none is left.
  const slug = name
    .toLowerCase()
    .replace(/^s3:\/\/([^/]+).*$/s, '$1')
    .replace(/^arn:[a-z-]+:s3:::/, '')
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  const usable = slug !== name && !/^arn-/.test(slug) && nameRules.every(([bad]) => !bad.test(slug));
  return { message: `${show(name)} is not a bucket name: ${why}`, fix: usable ? `use ${slug}` : 'use another name' };
}

const repositoryBucket = field('bucket-name', 'fileSystem.associations.*.dataRepository', (value) => {
  const repository = parseDataRepository(value);
  return repository === undefined ? undefined : badBucketName(repository.bucket);
});

const listedBucket = field('bucket-name', 'buckets.*.name', badBucketName);

const used: Rule = {
  id: 'bucket-unused',
  *check({ buckets, fileSystem }) {
    const named = fileSystem.associations.map((item) => parseDataRepository(item.dataRepository)?.bucket);
    const areKnown = named.every((bucket) => bucket !== undefined);
    for (const [index, { name }] of buckets.entries()) {
      const path = ['buckets', index, 'name'];
      if (buckets.findIndex((bucket) => bucket.name === name) < index) {
        yield { path, message: `${show(name)} is listed twice`, fix: 'keep one of the two' };
      } else if (areKnown && !named.includes(name)) {
        const slip = nearest(name, named);
        const fix = slip === undefined ? 'name it in a dataRepository, or remove it here' : `did you mean ${slip}?`;
        yield { path, message: `no association names the bucket ${show(name)}`, fix };
      }
    }
  },
};

const versioning: Rule = {
  id: 'bucket-versioning',
  *check({ buckets }) {
    for (const [index, bucket] of buckets.entries()) {
      if (!bucket.existing || !bucket.versioning) continue;
      yield {
        path: ['buckets', index, 'versioning'],
        severity: 'warning',
        message: 'versioning has no effect on an existing bucket: it is used as it is',
        fix: 'remove the key, and set versioning on the bucket yourself',
      };
    }
  },
};

/** FSx for Lustre user guide, "Automatically import updates from your S3 bucket": the same region. */
const importRegion: Rule = {
  id: 'bucket-region',
  *check({ buckets, fileSystem, region }) {
    for (const [index, association] of fileSystem.associations.entries()) {
      const name = parseDataRepository(association.dataRepository)?.bucket;
      const elsewhere = buckets.find((bucket) => bucket.name === name)?.region ?? region;
      // Of what is no region, the rule on regions says what to write.
      const areRegions = [elsewhere, region].every((name) => knownRegions.includes(name));
      if (!areRegions || elsewhere === region || association.autoImport.length === 0) continue;
      yield {
        path: ['fileSystem', 'associations', index, 'autoImport'],
        message: `${show(name)} is in ${elsewhere}, the file system in ${region}: auto-import works within one region only`,
        fix: `write autoImport: [], or use a bucket in ${region}`,
      };
    }
  },
};

/** No credentials are good in two partitions (AWS General Reference, "Partitions"). */
const partition = field('bucket-region', 'buckets.*.region', (value, { region }) => {
  const [theirs, own] = [value, region].map((name) => partitionOf(name).partition);
  if (theirs === own) return undefined;
  return {
    message: `${value} is of the partition ${theirs}, the file system's region ${region} of ${own}: FSx reaches no bucket there`,
    fix: `use a bucket in ${region}`,
  };
});

export const bucketRules: readonly Rule[] = [repositoryBucket, listedBucket, used, versioning, importRegion, partition];
