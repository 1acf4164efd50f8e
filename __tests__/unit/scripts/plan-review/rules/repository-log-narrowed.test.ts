import { repositoryLogNarrowed } from '../../../../../scripts/plan-review/rules/repository-log-narrowed';
import { check, create, lustre, replace, update } from '../plan-builder';

const address = 'aws_fsx_lustre_file_system.f';
const at = (level: string) => ({
  log_configuration: [{ level, destination: 'arn:aws:logs:us-east-1:1:log-group:/aws/fsx/a' }],
});
const messages = (before: string, after: string) =>
  check(repositoryLogNarrowed, [update(address, { ...lustre, ...at(before) }, at(after))]).map(
    ({ message }) => message,
  );

const [warnings, errors] = ['WARN', 'ERROR'].map((level) => `events of level ${level} are logged no more`);

test.each([
  ['WARN_ERROR', 'ERROR_ONLY', [warnings]],
  ['WARN_ERROR', 'WARN_ONLY', [errors]],
  ['WARN_ERROR', 'DISABLED', [warnings, errors]],
  ['ERROR_ONLY', 'DISABLED', [errors]],
  ['ERROR_ONLY', 'WARN_ONLY', [errors]],
  ['WARN_ONLY', 'WARN_ERROR', []],
  ['DISABLED', 'ERROR_ONLY', []],
  ['WARN_ERROR', 'WARN_ERROR', []],
])('%s -> %s', (before, after, expected) => {
  expect(messages(before, after)).toEqual(expected);
});

test('finds it where the file system is replaced too, and not where one is new', () => {
  const replaced = replace(address, { ...lustre, ...at('WARN_ERROR') }, { changes: at('WARN_ONLY'), paths: [] });
  expect(check(repositoryLogNarrowed, [replaced])).toHaveLength(1);
  expect(check(repositoryLogNarrowed, [create(address, { ...lustre, ...at('WARN_ONLY') })])).toEqual([]);
});
