import fc from 'fast-check';
import { Alias } from 'yaml';
import { configText, fileSystem, load, validSections } from '../../helpers/config-text';

test.each([
  ['an empty file', ''],
  ['comments only', '# nothing\n'],
  ['a list', '- a\n'],
  ['a text', 'hello\n'],
])('%s is one problem of the whole file', (_, text) => {
  const { migration, problems } = load(text);
  expect(migration).toBeUndefined();
  const fix = 'begin with a copy of migration.example.yaml';
  expect(problems).toEqual([expect.objectContaining({ path: '', line: 1, column: 1, rule: 'shape', fix })]);
});

test('of a section that is given twice the last one is read, and is where its problems are', () => {
  const text = `${configText()}tags: { team: 7 }\n`;
  const line = text.split('\n').length - 1;
  expect(load(text).problems).toEqual([
    expect.objectContaining({ path: 'tags', line, column: 1, message: expect.stringMatching(/given twice/) }),
    expect.objectContaining({ path: 'tags.team', line, column: 15, value: 7 }),
  ]);
});

test('two documents are refused at the second', () => {
  const { problems } = load(`${configText()}---\nname: other\n`);
  expect(problems).toEqual([
    expect.objectContaining({
      line: configText().split('\n').length,
      column: 1,
      message: expect.stringMatching(/more than one/),
    }),
  ]);
});

test('anchors and aliases are read; a problem behind an alias points at the value', () => {
  const text = configText({
    fileSystem: `fileSystem:
  associations:
    - { path: &where /nasdaq, dataRepository: s3://example-market-data/nasdaq }`,
    pull: 'pull: { association: *where }',
  });
  expect(load(text).migration?.pull.association).toBe('/nasdaq');
});

test('the document is not walked anew for each alias: thousands of them would take seconds', () => {
  const resolve = jest.spyOn(Alias.prototype, 'resolve');
  const names = Array.from({ length: 20 }, (_, index) => index);
  const tags = [...names.map((name) => `k${name}: &a${name} x`), ...names.map((name) => `u${name}: *a${name}`)];
  expect(load(configText({ tags: `tags: { ${tags.join(', ')} }` })).migration?.tags).toMatchObject({ u19: 'x' });
  // With a context, the library remembers the anchors that it has found.
  expect(resolve.mock.calls.filter(([, context]) => context === undefined)).toEqual([]);
  resolve.mockRestore();
});

describe('a version of YAML', () => {
  test.each(['1.1', '1.3'])('%s is refused: words and numbers would mean something else', (version) => {
    const { migration, problems } = load(`# ours\n%YAML ${version}\n---\n${configText()}`);
    expect(migration).toBeUndefined();
    expect(problems).toEqual([
      expect.objectContaining({ rule: 'yaml', line: 2, message: 'a directive other than %YAML 1.2' }),
    ]);
  });

  test('1.2 is what the file is read as', () => {
    expect(load(`%YAML 1.2\n---\n${configText()}`).problems).toEqual([]);
  });
});

test('aliases that multiply are refused, not expanded', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) =>
      `  - &l${level} [${Array(9)
        .fill(level === 0 ? 'x' : `*l${level - 1}`)
        .join(', ')}]`,
  );
  const { migration, problems } = load(`buckets:\n${levels.join('\n')}\n`);
  expect(migration).toBeUndefined();
  expect(problems).toEqual([expect.objectContaining({ rule: 'yaml', message: expect.stringMatching(/alias/) })]);
});

test('line ends and a byte order mark of Windows change nothing', () => {
  const text = configText(fileSystem('storageCapacityGiB: 1300'));
  const place = ({ line, column }: { line: number; column: number }) => `${line}:${column}`;
  const windows = load(`\uFEFF${text.replaceAll('\n', '\r\n')}`);
  expect(windows.problems.map(place)).toEqual(load(text).problems.map(place));
});

test.each([
  ['Latin-1', 'latin1', 3, 19],
  ['UTF-16', 'utf16le', 1, 2],
] as const)('%s is refused where it is no UTF-8: a path would be another one', (_, encoding, line, column) => {
  const text = configText({ tags: 'tags: { team: donnée }' });
  const { migration, problems } = load(Buffer.from(text, encoding).toString('utf8'));
  expect(migration).toBeUndefined();
  expect(problems).toEqual([
    expect.objectContaining({ line, column, message: 'what is here is no UTF-8', fix: 'save the file as UTF-8' }),
  ]);
});

test('a lone carriage return ends a line', () => {
  const text = configText(fileSystem('storageCapacityGiB: 1300'));
  const place = ({ line, column }: { line: number; column: number }) => `${line}:${column}`;
  expect(load(text.replaceAll('\n', '\r')).problems.map(place)).toEqual(load(text).problems.map(place));
});

test('nothing is interpolated', () => {
  process.env.SLUICE_TEST_NAME = 'from-environment';
  const { problems } = load(configText({ name: 'name: $SLUICE_TEST_NAME' }));
  delete process.env.SLUICE_TEST_NAME;
  expect(problems).toEqual([expect.objectContaining({ path: 'name', value: '$SLUICE_TEST_NAME' })]);
});

test('every problem is reported in one run, in the order of the file, shape and rules together', () => {
  const { migration, problems } = load(
    configText({
      name: 'name: Market',
      source: validSections.source.replace('username: market-data', 'username: 5').replace('/outgoing/nasdaq', 'x'),
      fileSystem: `fileSystem:
  deploymentType: PERSITENT_2
  storageType: SSD
  storageCapacityGiB: 1300
  kmsKey: alias/x
  associations:
    - { path: /a, dataRepository: s3://bucket/x }
    - { path: /a/b, dataRepository: s3://bucket/x/y, autoImport: [FOO] }`,
      host: validSections.host.replace('amazon-linux-2023', 'ubuntu').concat('\n  mountPoint: /etc'),
      pull: 'pull: { association: /z }',
    }),
  );
  expect(migration).toBeUndefined();
  expect(problems.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
    'name name',
    'source.username shape',
    'source.path source-path',
    // The capacity depends on the deployment type, which is broken: nothing is said about it.
    'fileSystem.deploymentType shape',
    'fileSystem.kmsKey kms-key',
    'fileSystem.associations[1].path association-overlap',
    'fileSystem.associations[1].dataRepository data-repository-overlap',
    'fileSystem.associations[1].autoImport[0] shape',
    'host.os shape',
    'host.mountPoint mount-point',
    'pull.association pull-association',
  ]);
});

test('whatever is typed into a file ends in a migration or in problems within it, never in a throw', () => {
  const text = configText(fileSystem('storageCapacityGiB: 2400'));
  const lineCount = text.split('\n').length;
  const typed = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('"', '{', '[', '*', '&a ', '- ', ': ', '\n', '\t', '|', '!', '#', '---\n'),
  );
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(6), typed, (start, removed, inserted) => {
      const edited = text.slice(0, start) + inserted + text.slice(start + removed);
      const { migration, problems } = load(edited);
      if (migration === undefined) expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
      for (const { line, column } of problems) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(lineCount + inserted.length);
        expect(column).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});
