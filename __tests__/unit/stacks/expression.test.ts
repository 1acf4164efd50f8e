import fc from 'fast-check';
import { expression, literal } from '../../../stacks/expression';

/** What Terraform makes of a template without expressions. */
const rendered = (text: string) => text.replaceAll(/([$%])\1\{/g, '$1{');

test('an expression is in template syntax', () => {
  expect(expression('self.id')).toBe('${' + 'self.id}');
});

test('plain text stays as it is', () => {
  expect(literal({ a: ['100 %', '$5'], b: 1, c: true, d: undefined })).toEqual({
    a: ['100 %', '$5'],
    b: 1,
    c: true,
    d: undefined,
  });
});

test('no text starts an expression, and Terraform reads every text back', () => {
  const text = fc
    .string({ unit: fc.constantFrom('$', '%', '{', '}', 'a') })
    .filter((value) => !/[$%]{2}\{/.test(value));
  fc.assert(
    fc.property(text, (value) => {
      const escaped = literal(value);
      expect(escaped).not.toMatch(/(?<![$%])[$%]\{/);
      expect(rendered(escaped)).toBe(value);
    }),
  );
});
