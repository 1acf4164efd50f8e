import { posix } from 'node:path';
import fc from 'fast-check';
import { safeTarget } from '../../../provision/pull/source/source-links';

const at = (relativePath: string, target: string) => safeTarget(target, { relativePath, sourceRoot: '/data' });

test.each([
  ['link', 'file', 'file'],
  ['a/link', '../file', '../file'],
  ['a/link', './x//y/', 'x/y'],
  ['a/b/link', '/data/file', '../../file'],
  ['link', '/data/a', 'a'],
  ['link', '.', '.'],
  ['a/link', '..', '..'],
])('%s -> %s is made as %s', (path, target, made) => {
  expect(at(path, target)).toEqual({ kind: 'target', target: made });
});

test.each([
  ['link', '..'],
  ['link', '../x'],
  ['a/link', '../../x'],
  ['link', '/etc/passwd'],
  ['link', '/database'],
  ['link', 'a/../../x'],
  ['a/b/link', 'c/../x'],
  ['link', ''],
  ['link', 'a\0b'],
])('%s -> %s is refused', (path, target) => {
  expect(at(path, target).kind).toBe('refused');
});

test('whatever is made, its way stays inside the root at every step', () => {
  const step = fc.constantFrom('..', '.', '', 'a', 'b');
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(path, fc.array(step, { maxLength: 8 }), fc.boolean(), (names, steps, isAbsolute) => {
      const relativePath = names.join('/');
      const found = at(relativePath, `${isAbsolute ? '/data/' : ''}${steps.join('/')}`);
      if (found.kind === 'refused') return;
      let depth = names.length - 1;
      for (const one of found.target.split('/')) {
        depth += one === '..' ? -1 : one === '.' ? 0 : 1;
        expect(depth).toBeGreaterThanOrEqual(0);
      }
      expect(posix.isAbsolute(found.target)).toBe(false);
    }),
  );
});
