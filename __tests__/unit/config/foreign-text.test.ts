import {
  configText,
  describeRight,
  describeWrong,
  fileSystem,
  load,
  network,
  pull,
  source,
} from '../../helpers/config-text';

describeWrong('what another tool or an editor left in a value', [
  ...[
    ['a variable of a shell', source(`host: »$\{SFTP_HOST}`), 'source.host'],
    ['a variable without braces', source('path: »$SFTP_PATH'), 'source.path'],
    ['a command', source('host: »$(hostname)'), 'source.host'],
    ['a template in quotes', { name: 'name: »"{{ name }}"' }, 'name'],
    ['a word in angle brackets', { name: 'name: »<name>' }, 'name'],
    ['a word of templates', { region: 'region: »CHANGEME' }, 'region'],
    ['a word for later', { name: 'name: »TODO' }, 'name'],
    ['where a number belongs', fileSystem(`storageCapacityGiB: »$\{CAPACITY}`), 'fileSystem.storageCapacityGiB'],
    ['where a list belongs', network(`operatorCidrs: »$\{OPERATORS}`), 'network.operatorCidrs'],
  ].map(([why, given, path]) => ({
    why: `a placeholder: ${why}`,
    given: given as ReturnType<typeof source>,
    path: path as string,
    message: /has a placeholder, .*, which stays as it is/,
    fix: /^write the value itself: nothing is interpolated/,
  })),
  {
    why: 'a placeholder where any text will do',
    given: source(`username: »$\{SFTP_USER}`),
    path: 'source.username',
    message: /has a placeholder, \$\{SFTP_USER\}/,
    fix: /^write the value itself/,
    severity: 'warning',
  },
  {
    why: 'a no-break space before the dash of an item',
    given: source('hostKeys:\n   »\u00a0- SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM'),
    path: 'source.hostKeys',
    message: /space that is none in YAML \(U\+00A0\)/,
    fix: /^write a plain space, or none$/,
  },
  {
    why: 'a space without a width',
    given: { region: 'region: »us-east\u200b-1' },
    path: 'region',
    message: /space that is none in YAML \(U\+200B\)/,
    fix: /^write a plain space, or none$/,
  },
  {
    why: 'typographic quotes',
    given: source('host: »“sftp.vendor.example”'),
    path: 'source.host',
    message: /has typographic quotes/,
    fix: /^write "sftp.vendor.example"$/,
  },
  {
    why: 'typographic quotes where any text will do',
    given: source('username: »„market-data“'),
    path: 'source.username',
    message: /has typographic quotes/,
    fix: /^write "market-data"$/,
    severity: 'warning',
  },
]);

describeRight('texts that only look like it', [
  ['a dollar in a name', source('path: /outgoing/$recycle')],
  ['an apostrophe', { tags: 'tags: { team: Zoë-s }' }],
  ['angle brackets within a text', source('path: /outgoing/<new>')],
  ['a word of templates within a text', source('path: /outgoing/todo')],
  ['a pattern', pull('excludes: ["*.{bak}"]')],
]);

test('no placeholder of a credential is shown', () => {
  const { problems } = load(configText(source('credentials: { password: $(hunter2) }')));
  expect(problems).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test('aliases that form a ring end', () => {
  const { problems } = load(configText({ tags: 'tags: &a { team: *a }' }));
  expect(problems).toEqual([expect.objectContaining({ path: 'tags.team', rule: 'shape' })]);
});
