import { InvalidArgumentError } from 'commander';
import { moreThanNone, wholeNumber } from '../../../scripts/option-values';

const port = wholeNumber({ min: 1, max: 65_535 });
const atLeastNone = wholeNumber({ min: 0 });
const seconds = moreThanNone('seconds', 86_400);
const minutes = moreThanNone('minutes');

test.each([
  [port, '1', 1],
  [port, '65535', 65_535],
  [atLeastNone, '0', 0],
  [seconds, '0.5', 0.5],
  [seconds, '86400', 86_400],
  [minutes, '100000', 100_000],
])('%# takes %s', (parse, text, value) => {
  expect(parse(text)).toBe(value);
});

test.each([
  [port, '0', 'a whole number from 1 to 65535 is needed.'],
  [port, '65536', 'a whole number from 1 to 65535 is needed.'],
  [port, '22.5', 'a whole number from 1 to 65535 is needed.'],
  [port, '0x16', 'a whole number from 1 to 65535 is needed.'],
  [atLeastNone, '-1', 'a whole number of at least 0 is needed.'],
  [atLeastNone, '9007199254740993', 'a whole number of at least 0 is needed.'],
  [seconds, '0', 'seconds, more than 0 and at most 86400, are needed.'],
  [seconds, '86401', 'seconds, more than 0 and at most 86400, are needed.'],
  [minutes, '-1', 'minutes, more than 0, are needed.'],
  [minutes, 'soon', 'minutes, more than 0, are needed.'],
  [minutes, 'Infinity', 'minutes, more than 0, are needed.'],
])('%# refuses %s', (parse, text, message) => {
  expect(() => parse(text)).toThrow(new InvalidArgumentError(message));
});
