import type { PullJob } from '../../../provision/pull/job/job';
import { parseJob } from '../../../provision/pull/job/parse-job';
import { defaultSettings } from '../../../provision/pull/job/settings';

const job: PullJob = {
  version: 1,
  source: {
    host: 'sftp.example.com',
    port: 22,
    username: 'vendor',
    hostKeys: [`SHA256:${'A'.repeat(43)}`],
    credentials: {
      privateKey: { secretsManager: 'sftp/key', region: 'us-east-1' },
      passphrase: { ssmParameter: '/sftp/passphrase', region: 'us-east-1' },
      password: { environment: 'PASSWORD' },
    },
    path: '/outgoing',
    connections: 4,
    access: 'ONE_FILE',
    filenameEncoding: 'latin1',
    timeOffsetSeconds: -3600,
    legacyAlgorithms: true,
  },
  destination: {
    path: '/fsx/data',
    stagingPath: '/fsx/.staging',
    mount: { mountPoint: '/fsx', fsType: 'lustre' },
    keyPrefix: 'prefix/',
  },
  options: {
    ...defaultSettings,
    removalLimit: 100,
    sourceAfterTransfer: 'MOVE',
    moveTo: '/done',
    limits: { files: 1, bytes: 2, durationMinutes: 3, until: '06:00' },
    includes: ['/a*'],
    excludes: ['*.tmp'],
  },
  stateDirectory: '/var/lib/sluice',
};

/** The job with one field set to another value, or left out. */
function changed(path: string, value?: unknown): string {
  const copy = JSON.parse(JSON.stringify(job));
  const names = path.split('.');
  const last = names.pop() as string;
  const parent = names.reduce((at, name) => at[name], copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return JSON.stringify(copy);
}

test('a whole job comes out as it went in', () => {
  expect(parseJob(JSON.stringify(job))).toEqual(job);
  expect(parseJob(changed('destination.mount', null)).destination.mount).toBeNull();
  expect(parseJob(changed('destination.keyPrefix')).destination).not.toHaveProperty('keyPrefix');
});

test.each([
  ['source.port', 70_000, 'job.source.port is 70000; a whole number from 1 to 65535 is needed'],
  ['source.port', '22', 'job.source.port is "22"; a whole number'],
  ['source.connections', 1.5, 'job.source.connections is 1.5'],
  ['source.hostKeys', ['MD5:aa'], 'job.source.hostKeys is "MD5:aa"; a fingerprint is "SHA256:" and 43 characters'],
  ['source.host', '', 'job.source.host is empty'],
  ['source.path', 'a\0b', 'a string is needed'],
  ['source.credentials.password', 'hunter', 'job.source.credentials.password is "hunter"; an object is needed'],
  ['source.credentials.password', { secretsManager: 'x' }, 'no field "region"'],
  ['source.credentials.password', {}, 'none of file, environment, secretsManager and ssmParameter'],
  ['destination.path', 'relative', 'job.destination.path is "relative"; an absolute path is needed'],
  ['destination.mount', { mountPoint: '/fsx', fsType: 'nfs4' }, 'one of lustre is needed'],
  ['options.transferMode', 'changed', 'job.options.transferMode is "changed"; one of CHANGED, ALL is needed'],
  ['options.includes', ['a', 1], 'job.options.includes[1] is 1'],
  ['options.bytesPerSecond', -2, 'job.options.bytesPerSecond is -2; a whole number from -1'],
  ['options.limits', { files: 0 }, 'job.options.limits.files is 0; a whole number from 1'],
  ['options.limits', { hours: 1 }, 'job.options.limits has an unknown field "hours"'],
  ['options.moveTo', 'done', 'job.options.moveTo is "done"; an absolute path'],
  ['source.legacyAlgorithms', 'yes', 'job.source.legacyAlgorithms is "yes"; true or false'],
  ['options.extra', true, 'job.options has an unknown field "extra"'],
  ['version', 2, 'job.version is 2; this agent reads version 1'],
  ['stateDirectory', undefined, 'job has no field "stateDirectory"'],
])('%s = %j: says what is wrong and where', (path, value, message) => {
  expect(() => parseJob(changed(path, value))).toThrow(message);
});

test.each(['', 'null', '[]', '{"version":1'])('%j is no job', (text) => {
  expect(() => parseJob(text)).toThrow(expect.objectContaining({ code: 'JOB_INVALID', kind: 'config' }));
});
