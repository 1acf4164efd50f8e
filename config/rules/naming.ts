/** `name` and `tags`: what AWS accepts in the names and tags of every resource. */
import { show } from '../secrecy';
import { field, type Rule } from './rule';

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
      if (value.length > 256 || !tagAlphabet.test(value)) {
        const fix = 'use letters, digits, spaces and _ . : / = + - @, at most 256';
        yield { path, message: `${show(value)} is not a tag value`, fix };
      }
    }
  },
};

export const namingRules: readonly Rule[] = [name, tags];
