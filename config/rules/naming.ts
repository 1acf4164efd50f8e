/** `name` and `tags`: what AWS accepts in the names and tags of every resource. */
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

/** Part of bucket, role and security group names: the narrowest of their alphabets, and short enough for all. */
const name = field('name', 'name', (value) => {
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(value) && value.length >= 3 && value.length <= 32) return undefined;
  const slug = value
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 32)
    .replace(/-+$/, '');
  return {
    message: `${show(value)} cannot be part of resource names: 3 to 32 of a-z, 0-9 and single hyphens, a letter first`,
    fix: slug.length >= 3 ? `write ${slug}` : 'write a name such as market-data',
  };
});

/** AWS General Reference, "Tagging your AWS resources": 50 a resource; sluice adds a few of its own. */
const mostTags = 40;
/** The stack's own, on every resource or on most. */
const ownTags = ['project', 'migration', 'Name'];
const tagAlphabet = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const tags: Rule = {
  id: 'tags',
  *check(migration) {
    const entries = Object.entries(migration.tags);
    if (entries.length > mostTags) {
      const fix = `keep ${mostTags}: AWS takes 50 on a resource and sluice adds its own`;
      yield { path: ['tags'], message: `${entries.length} tags are too many`, fix };
    }
    for (const [key, value] of entries) {
      const path = ['tags', key];
      if (/^aws:/i.test(key)) {
        yield { path, message: `tag keys that start with "aws:" belong to AWS`, fix: 'rename the tag', atKey: true };
      } else if (key.length > 128 || key === '' || !tagAlphabet.test(key)) {
        const fix = 'use letters, digits, spaces and _ . : / = + - @, at most 128';
        yield { path, message: `${show(key)} is not a tag key`, fix, atKey: true };
      }
      const taken = takenKey(key, Object.keys(migration.tags));
      if (taken !== undefined) yield { ...taken, path, atKey: true };
      if (value === '') {
        // The provider (5.100.0) reads one of its default tags back from S3 as a tag of the bucket's own, and takes it away, every time.
        const fix = 'write a value, such as "none", or remove the tag';
        yield { path, severity: 'warning', message: 'is empty: every plan will change the tags of the buckets', fix };
      }
      if (value.length > 256 || !tagAlphabet.test(value)) {
        const fix = 'use letters, digits, spaces and _ . : / = + - @, at most 256';
        yield { path, message: `${show(value)} is not a tag value`, fix };
      }
    }
  },
};

/** IAM takes keys that differ in case for the same one, and refuses them (IAM user guide, "Rules for tagging in IAM and AWS STS"). */
function takenKey(key: string, keys: readonly string[]): Complaint | undefined {
  const isSame = (other: string) => other.toLowerCase() === key.toLowerCase();
  const own = ownTags.find(isSame);
  if (own !== undefined) return { message: `the tag ${own} is set by sluice itself`, fix: 'rename the tag' };
  const earlier = keys.slice(0, keys.indexOf(key)).find(isSame);
  if (earlier === undefined) return undefined;
  return {
    message: `${show(key)} and ${show(earlier)} are one key to IAM, whatever their case`,
    fix: 'keep one of the two',
  };
}

export const namingRules: readonly Rule[] = [name, tags];
