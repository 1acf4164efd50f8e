import { messageOf } from '../../../../provision/core/errors';
import { systemCodeOf, withNames } from '../../../../provision/core/system-errors';
import { unnamedError } from '../../../helpers/unnamed-error';

test.each(['EDQUOT', 'ESTALE'] as const)('%s, for which Node.js has no name, has it in code and message', (name) => {
  const error = unnamedError(name, 'write');
  expect(error.code).not.toBe(name);
  expect(systemCodeOf(error)).toBe(name);
  expect(messageOf(error)).toBe(`${name}, write`);
});

test('a number that no error has, and any other text, stay as they are', () => {
  for (const text of ['Unknown system error -99999', 'ENOSPC: no space left on device, write', ''])
    expect(withNames(text)).toBe(text);
});

test.each([undefined, null, 'text', new Error('of no call'), { code: 7 }])('%p has no code', (thrown) => {
  expect(systemCodeOf(thrown)).toBeUndefined();
});
