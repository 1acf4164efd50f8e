import { describeRight, describeWrong, source } from '../../../helpers/config-text';

const pin = 'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM';
const keyLine = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH275TSQfO1Z2ZxMY8NLD1wENoGHG25Ph72twZQFncZ8';

describeWrong('sources', [
  {
    why: 'a path as Windows has it',
    given: source('path: »C:\\outgoing\\nasdaq'),
    path: 'source.path',
    message: /not a plain absolute path/,
    fix: /^write \/C:\/outgoing\/nasdaq$/,
  },
  {
    why: 'a path from the home directory on',
    given: source('path: »~/outgoing'),
    path: 'source.path',
    message: /not a plain absolute path/,
    fix: /from the root on/,
  },
  {
    why: 'a path of Windows',
    given: source('path: »\\outgoing\\nasdaq'),
    path: 'source.path',
    message: /not a plain absolute path/,
    fix: /^write \/outgoing\/nasdaq$/,
  },
  {
    why: 'a pattern in the path',
    given: source('path: »/outgoing/2026-*/trades'),
    path: 'source.path',
    message: /no pattern is looked for/,
    fix: /^write \/outgoing, and pull.includes/,
    severity: 'warning',
  },
  {
    why: 'a fingerprint as ssh-keygen prints it',
    given: source(`hostKeys: [»"256 ${pin} sftp.vendor.example (ED25519)"]`),
    path: 'source.hostKeys[0]',
    message: /43 characters/,
    fix: /^write SHA256:p2QA\S{39}$/,
  },
  {
    why: 'a key as ssh-keyscan prints it',
    given: source(`hostKeys: [»"sftp.vendor.example ${keyLine}"]`),
    path: 'source.hostKeys[0]',
    message: /is a public key/,
    fix: /^write SHA256:\S{43}$/,
  },
  {
    why: 'a port in the host',
    given: source('host: »sftp.vendor.example:2222'),
    path: 'source.host',
    message: /not a host name or address/,
    fix: /^write host: sftp.vendor.example and port: 2222$/,
  },
  {
    why: 'a URL for the host',
    given: source('host: »sftp://sftp.vendor.example/out'),
    path: 'source.host',
    message: /not a host name/,
    fix: /^write host: sftp.vendor.example and path: \/out$/,
  },
  {
    why: 'an address with too few octets',
    given: source('host: »10.0.0'),
    path: 'source.host',
    message: /not a host name or address/,
    fix: /or an address/,
  },
  {
    why: 'a port over 65535',
    given: source('port: »65536'),
    path: 'source.port',
    message: /from 1 to 65535, not 65536/,
    fix: /write 65535/,
  },
  {
    why: 'a port in quotes',
    given: source('port: »"22"'),
    path: 'source.port',
    message: /whole number from 1 to 65535, not "22"/,
    fix: /^write 22, without quotes/,
  },
  {
    why: 'an empty user name',
    given: source('username: »""'),
    path: 'source.username',
    message: /not a user name/,
    fix: /without spaces/,
  },
  {
    why: 'a user name that YAML reads as a number',
    given: source('username: »12345'),
    path: 'source.username',
    message: /must be text, but it is a number/,
    fix: /quotes, just as it stands/,
  },
  {
    why: 'a relative path',
    given: source('path: »outgoing'),
    path: 'source.path',
    message: /not a plain absolute path/,
    fix: /^write \/outgoing$/,
  },
  {
    why: 'an MD5 fingerprint',
    given: source('port: 2222', 'hostKeys: [»"MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"]'),
    path: 'source.hostKeys[0]',
    message: /MD5/,
    fix: /ssh-keyscan -p 2222 sftp.vendor.example \| ssh-keygen -lf - -E sha256/,
  },
  {
    why: 'an MD5 fingerprint without its name',
    given: source('hostKeys: [»"16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"]'),
    path: 'source.hostKeys[0]',
    message: /MD5/,
    fix: /-E sha256/,
  },
  {
    why: 'a fingerprint cut short',
    given: source(`hostKeys: [»${pin.slice(0, -1)}]`),
    path: 'source.hostKeys[0]',
    message: /43 characters of base64/,
    fix: /ssh-keyscan/,
  },
  {
    why: 'a padded fingerprint',
    given: source(`hostKeys: [»${pin}=]`),
    path: 'source.hostKeys[0]',
    message: /43 characters/,
    fix: /^write SHA256:p2QAMXNIC1TJYWeIOttrVc98\/R1BUFWu3\/LiyKgUfQM$/,
  },
  {
    why: 'a last character that no digest of 32 bytes has',
    given: source(`hostKeys: [»${pin.slice(0, -1)}N]`),
    path: 'source.hostKeys[0]',
    message: /43 characters/,
    fix: /ssh-keyscan/,
  },
  {
    why: 'the public key itself, whose fingerprint is the fix',
    given: source(`hostKeys: [»${keyLine}]`),
    path: 'source.hostKeys[0]',
    message: /is a public key, not its fingerprint/,
    // What `ssh-keygen -lf` prints for this key.
    fix: /^write SHA256:GbxLRn0\+wHyrcEGF9jjLS\+FHunGpIV4iwU0eRC6TJ5s$/,
  },
  {
    why: 'three pins',
    given: source(`hostKeys: »[${pin}, ${pin.replace('p2', 'p3')}, ${pin.replace('p2', 'p4')}]`),
    path: 'source.hostKeys',
    message: /has 3 items, at most 2/,
    fix: /keep 2/,
  },
  {
    why: 'an IPv6 address, where the network that is made has none',
    given: source('host: »"2001:db8::7"'),
    path: 'source.host',
    message: /is an IPv6 address, and the network that is made has none/,
    fix: /name or IPv4 address, or network\.mode: existing/,
  },
  {
    why: 'an address of one link',
    given: source('host: »"fe80::1%eth0"'),
    path: 'source.host',
    message: /not a host name or address/,
    fix: /^write a name/,
  },
  {
    why: 'no pin',
    given: source('hostKeys: »[]'),
    path: 'source.hostKeys',
    message: /at least 1/,
    fix: /for example \["SHA256:/,
  },
  {
    why: 'a single pin that is no list',
    given: source(`hostKeys: »${pin}`),
    path: 'source.hostKeys',
    message: /must be a list, but it is text/,
    fix: /^write it as a list: \["SHA256:p2QA\S{39}"\]$/,
  },
]);

describeRight('sources', [
  ['an IPv4 address', source('host: 198.51.100.7')],
  [
    'an IPv6 address, in a network of yours',
    {
      ...source('host: "2001:db8::7"'),
      network:
        'network: { mode: existing, vpcId: vpc-0a1b2c3d, subnetId: subnet-0a1b2c3d, operatorCidrs: [203.0.113.7/32] }',
    },
  ],
  ['the root', source('path: /')],
  ['odd user names', source('username: "VENDOR\\\\user@example.com"')],
  ['two pins', source(`hostKeys: [${pin}, ${pin.replace('p2', 'p3')}]`)],
]);
