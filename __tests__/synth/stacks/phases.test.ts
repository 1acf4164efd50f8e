/**
 * The phases apart, seen from the first: what only the provisioner and the pull read is not in the stack, so a plan of it is empty. The other
 * direction is tested on a host, in __tests__/integration/provision/booted-host.test.ts.
 */
import { host, pull, type Sections, source, validSections } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const before = synthesize().text;

test.each<[string, Sections]>([
  ['the mount point', host('mountPoint: /data')],
  ['mount options', host('mountOptions: [noatime, flock, user_xattr]')],
  [
    'the private key that operators log in with',
    { host: `${validSections.host}\n    identityFile: ~/.ssh/id_ed25519` },
  ],
  ['the user at the source', source('username: somebody')],
  ['the folder at the source', source('path: /elsewhere')],
  ['host keys of the source', source('hostKeys: [SHA256:AAAAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM]')],
  ['connections to the source', source('connections: 8')],
  ['what a source can take', source('access: ONE_FILE', 'filenameEncoding: latin1', 'legacyAlgorithms: true')],
  ['what a run transfers', pull('transferMode: ALL', 'verifyMode: NONE', 'excludes: ["*.tmp"]')],
  ['what a run overwrites', pull('overwriteMode: NEVER')],
])('%s', (_, sections) => {
  expect(migrationOf(sections)).not.toEqual(migrationOf());
  expect(synthesize(migrationOf(sections)).text).toBe(before);
});

test('what both read is in both: the port of the source is a rule of a security group', () => {
  expect(synthesize(migrationOf(source('port: 2222'))).text).not.toBe(before);
});
