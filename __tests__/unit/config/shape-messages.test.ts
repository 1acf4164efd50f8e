import { describeWrong, fileSystem, validSections, type Wrong } from '../../helpers/config-text';

describeWrong('keys', [
  {
    why: 'a slip, at the key',
    given: { source: `${validSections.source}\n  »conections: 4` },
    path: 'source.conections',
    message: /unknown key "conections"/,
    fix: /did you mean "connections"\?/,
  },
  {
    why: 'a slip in a key that has to be there is one problem, not two',
    given: { name: '»nmae: market-data' },
    path: 'nmae',
    message: /unknown key "nmae"/,
    fix: /did you mean "name"\?/,
  },
  {
    why: 'a key of another section',
    given: { name: 'name: market-data\n»mountPoint: /fsx' },
    path: 'mountPoint',
    message: /unknown key/,
    fix: /did you mean host.mountPoint\?/,
  },
  {
    why: 'a key that nobody knows',
    given: { pull: 'pull:\n  »colour: red' },
    path: 'pull.colour',
    message: /unknown key/,
    fix: /known here: association, transferMode/,
  },
  {
    why: 'a missing key, at its mapping',
    given: { source: validSections.source.replace('source:', '»source:').replace('  username: market-data\n', '') },
    path: 'source.username',
    message: /"username" is missing/,
    fix: /for example "market-data"/,
  },
  {
    why: 'a missing key of an item, at the item',
    given: { fileSystem: 'fileSystem:\n  associations:\n    - »path: /nasdaq' },
    path: 'fileSystem.associations[0].dataRepository',
    message: /"dataRepository" is missing/,
    fix: /s3:\/\//,
  },
  {
    why: 'a missing section, at the start of the file',
    given: { name: '»name: market-data', fileSystem: '' },
    path: 'fileSystem',
    message: /"fileSystem" is missing/,
    fix: /add "fileSystem"/,
  },
  {
    why: 'a section of which every line is a comment',
    given: { pull: '»pull:\n  # association: /nasdaq' },
    path: 'pull',
    message: /must be a mapping, but it has no value/,
    fix: /or remove the key/,
  },
  {
    why: 'a key without a value',
    given: fileSystem('»kmsKey:'),
    path: 'fileSystem.kmsKey',
    message: /has no value/,
    fix: /remove the key/,
  },
  {
    why: 'a list where a mapping belongs',
    given: { tags: 'tags: »[a, b]' },
    path: 'tags',
    message: /must be a mapping, but it is a list/,
    fix: /key: value/,
  },
  {
    why: 'a mapping where a text belongs',
    given: { name: 'name: »{ a: b }' },
    path: 'name',
    message: /must be text, but it is a mapping/,
    fix: /one value/,
  },
  {
    why: 'a capacity with its unit',
    given: fileSystem('storageCapacityGiB: »1200GiB'),
    path: 'fileSystem.storageCapacityGiB',
    message: /must be a whole number, not "1200GiB"/,
    fix: /digits only/,
  },
  {
    why: 'a capacity with a fraction',
    given: fileSystem('storageCapacityGiB: »1.2'),
    path: 'fileSystem.storageCapacityGiB',
    message: /whole number, not 1.2/,
    fix: /write 1/,
  },
  ...['.nan', '.inf', '99999999999999999999999'].map(
    (value): Wrong => ({
      why: `a capacity of ${value}`,
      given: fileSystem(`storageCapacityGiB: »${value}`),
      path: 'fileSystem.storageCapacityGiB',
      message: /must be a whole number/,
      fix: /^write digits only$/,
    }),
  ),
  ...['007', '0o17', '1.10', 'True'].map(
    (value): Wrong => ({
      why: `a text that reads as another number or word: ${value}`,
      given: { tags: `tags: { team: »${value} }` },
      path: 'tags.team',
      message: /must be text/,
      // Neither "7" nor "1.1" is what was meant.
      fix: /^put it in quotes, just as it stands there$/,
    }),
  ),
]);
