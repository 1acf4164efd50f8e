import { configText, describeWrong, load, type Wrong } from '../../helpers/config-text';

const merging = (...[first, second]: readonly [string, string]) => ({
  fileSystem: `fileSystem:
  associations:
    - &first
      path: /nasdaq
      dataRepository: s3://example-market-data/nasdaq
      ${first}
    - <<: *first
      path: /nyse
      dataRepository: s3://example-market-data/nyse
      ${second}`,
});

describe('merge keys', () => {
  test('own keys win, then those of the first mapping', () => {
    const text = configText({
      tags: 'tags: { a: own, <<: [&x { a: x, b: x }, { <<: *x, b: y, c: y }], d: own }',
    });
    expect(load(text).problems).toEqual([]);
    expect(load(text).migration?.tags).toEqual({ a: 'own', b: 'x', c: 'y', d: 'own' });
  });

  test.each([
    ['in the mapping that is merged', ['autoImport: 5', '']],
    ['behind the merge', ['', 'autoImport: 5']],
  ])('a value that is wrong is pointed at where it is written: %s', (_, [first = '', second = '']) => {
    const text = configText(merging(first, second));
    const line = text.split('\n').findIndex((written) => written.includes('autoImport: 5')) + 1;
    const { problems } = load(text);
    const items = first === '' ? [1] : [0, 1];
    expect(problems).toEqual(
      items.map((item) =>
        expect.objectContaining({ path: `fileSystem.associations[${item}].autoImport`, line, column: 19, value: 5 }),
      ),
    );
  });

  test('a mapping of which a key was written over is not at fault', () => {
    const { problems } = load(configText(merging('autoImport: 5', 'autoImport: [NEW]')));
    expect(problems.map(({ path }) => path)).toEqual(['fileSystem.associations[0].autoImport']);
  });
});

const wrong = (why: string, given: string, message: RegExp, fix: RegExp): Wrong => ({
  why,
  given: { tags: given },
  path: '',
  message,
  fix,
});

describeWrong('merge keys that cannot be followed', [
  wrong('a merge key without a mapping', 'tags: { »<<: x }', /<< takes a mapping/, /<<: \*name/),
  wrong('a merge key with a list of others', 'tags: { »<<: [{ a: x }, y] }', /list of mappings/, /<<: \*name/),
  wrong('a merge key without a value', 'tags:\n  »<<:', /<< takes a mapping/, /<<: \*name/),
  wrong('a mapping that is merged into itself', 'tags: &t { »<<: *t }', /that it stands in/, /write the keys out/),
  wrong('a merge key with an alias to nothing', 'tags: { <<: »*x }', /anchor that is not above/, /quotes/),
  {
    why: 'two merge keys in one mapping',
    given: { tags: 'tags:\n  <<: { a: x }\n  »<<: { b: y }' },
    path: 'tags."<<"',
    message: /"<<" is given twice/,
    fix: /<<: \[\*a, \*b\]/,
  },
]);
