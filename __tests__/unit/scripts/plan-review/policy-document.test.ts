import * as fc from 'fast-check';
import { lostDenials, newGrants, parsePolicy } from '../../../../scripts/plan-review/policy-document';

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Principal: fc.constantFrom(undefined, '*', { AWS: 'arn:aws:iam::1:root' }, { Service: ['ec2.amazonaws.com'] }),
  Action: fc.subarray(['s3:GetObject', 's3:Get*', 's3:*', '*', 'ec2:RunInstances'], { minLength: 1 }),
  Resource: fc.subarray(['*', 'arn:aws:s3:::a', 'arn:aws:s3:::a/*', 'arn:aws:s3:::b/?'], { minLength: 1 }),
  Condition: fc.constantFrom(undefined, { Bool: { 'aws:SecureTransport': 'true' } }),
});
const statements = fc.array(statement, { maxLength: 5 });
const parse = (list: readonly object[]) => parsePolicy(JSON.stringify({ Statement: list })) ?? [];

test('a policy allows nothing new beside itself, in any order', () => {
  fc.assert(
    fc.property(statements, (list) => {
      expect(newGrants(parse(list), parse(list.toReversed()))).toEqual([]);
      expect(lostDenials(parse(list), parse(list.toReversed()))).toEqual([]);
    }),
  );
});

test('fewer statements that allow allow nothing new', () => {
  fc.assert(
    fc.property(statements, fc.nat(), (list, index) => {
      const fewer = list.filter((_, at) => at !== index % Math.max(1, list.length));
      expect(newGrants(parse(list), parse(fewer))).toEqual([]);
    }),
  );
});

test('one statement takes the place of a list, one word that of several', () => {
  const one = parsePolicy('{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}') ?? [];
  expect(newGrants(one, parse([{ Effect: 'Allow', Action: ['S3:getobject'], Resource: ['*'] }]))).toEqual([]);
});

test('exceptions are not taken for a bound', () => {
  const before = parse([{ Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' }]);
  expect(newGrants(before, parse([{ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }]))).toHaveLength(1);
});

test.each(['', 'no JSON', '[', '1', 'null'])('%p is no policy', (text) => {
  expect(parsePolicy(text)).toBeUndefined();
});

test.each([
  ['a list of one', { StringLike: { 'aws:PrincipalArn': ['a'] } }, { StringLike: { 'aws:PrincipalArn': 'a' } }],
  ['another order', { StringLike: { 'aws:userid': ['a', 'b'] } }, { StringLike: { 'aws:userid': ['b', 'a'] } }],
  ['a truth in quotes', { Bool: { 'aws:SecureTransport': false } }, { Bool: { 'aws:SecureTransport': 'false' } }],
])('a condition is the same with %s, and no other one is', (_, one, other) => {
  const under = (Condition: object) => parse([{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'a', Condition }]);
  for (const difference of [newGrants, lostDenials]) {
    expect(difference(under(one), under(other))).toEqual([]);
    expect(difference(under(other), under(one))).toEqual([]);
  }
  expect(newGrants(under(one), under({ StringLike: { 'aws:userid': ['a', 'c'] } }))).toHaveLength(1);
});
