import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pullSchema } from '../../../config/schema/pull';
import { sourceSchema } from '../../../config/schema/source';
import { checkSettings } from '../../../provision/pull/job/check-settings';
import {
  defaultSettings,
  defaultSourceSettings,
  type PullSettings,
  type SourceSettings,
  settingNames,
} from '../../../provision/pull/job/settings';
import { isWithinLimit, parseRemovalLimit } from '../../../provision/pull/removal/removal-limit';
import { nextTimeOfDay, TransferAllowance } from '../../../provision/pull/source/run-limits';
import { pullJob } from '../../helpers/pull';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();

test('the defaults of the engine are those of the configuration, setting by setting', () => {
  const { association: _, ...configured } = pullSchema.parse({});
  expect(configured).toMatchObject(defaultSettings);
  const { access, filenameEncoding, timeOffsetSeconds, legacyAlgorithms } = sourceSchema.parse({
    host: 'h',
    username: 'u',
    hostKeys: [''],
    credentials: {},
    path: '/',
  });
  expect({ access, filenameEncoding, timeOffsetSeconds, legacyAlgorithms }).toEqual(defaultSourceSettings);
});

test('every setting of the engine can be configured', () => {
  expect(Object.keys(pullSchema.unwrap().shape)).toEqual(expect.arrayContaining([...settingNames]));
});

const job = (options: Partial<PullSettings>, source: Partial<SourceSettings> = {}) =>
  pullJob({ port: 1, username: 'u', hostKeyFingerprint: '' }, '/outgoing', '/tmp', { options, source });

test.each([
  [{ preserveDeletedFiles: 'REMOVE', transferMode: 'ALL' }, /REMOVE does not go with transferMode ALL/],
  [{ preserveDeletedFiles: 'REMOVE', sourceAfterTransfer: 'DELETE' }, /what the run before took away there/],
  [{ sourceAfterTransfer: 'DELETE', verifyMode: 'NONE' }, /nothing is taken away that was not verified/],
  [{ sourceAfterTransfer: 'DELETE', symlinks: 'FOLLOW' }, /through a link/],
  [{ sourceAfterTransfer: 'MOVE' }, /moveTo go together/],
  [{ moveTo: '/done' }, /moveTo go together/],
  [{ sourceAfterTransfer: 'MOVE', moveTo: '/outgoing' }, /other than the source path/],
  [{ sourceAfterTransfer: 'MOVE', moveTo: '/a/../b' }, /not an absolute directory/],
  [{ removalLimit: '101%' }, /"101%" is neither/],
  [{ bytesPerSecond: 0 }, /bytesPerSecond 0 is too little/],
  [{ limits: { until: '24:00' } }, /"24:00" is not a time of day/],
] as [Partial<PullSettings>, RegExp][])('%j do not go together', (options, message) => {
  expect(() => checkSettings(job(options))).toThrow(message);
  expect(() => checkSettings(job(options))).toThrow(expect.objectContaining({ kind: 'config' }));
});

test.each([
  ['/data', '/data/state', true],
  ['/data', '/data', true],
  ['/data/', '/data/.local/state', true],
  ['/', '/var/lib/sluice', true],
  ['/data', '/database', false],
  ['/data/out', '/data', false],
])(
  'what is gone at the source may not be removed from %s where the records lie in %s: %s',
  (path, state, isRefused) => {
    const checked = (preserveDeletedFiles: PullSettings['preserveDeletedFiles']) => {
      const given = job({ preserveDeletedFiles });
      return () => checkSettings({ ...given, destination: { ...given.destination, path }, stateDirectory: state });
    };
    if (isRefused) expect(checked('REMOVE')).toThrow(/would remove the records of all runs/);
    else expect(checked('REMOVE')).not.toThrow();
    expect(checked('PRESERVE')).not.toThrow();
  },
);

test.each([
  ['the state folder', 'data', 'link/runs'],
  ['the destination', 'link', 'data/runs'],
])('a link that leads to %s hides nothing of it', (_which, path, state) => {
  mkdirSync(join(folder(), 'data'));
  symlinkSync(join(folder(), 'data'), join(folder(), 'link'));
  const given = job({ preserveDeletedFiles: 'REMOVE' });
  const destination = { ...given.destination, path: join(folder(), path) };
  expect(() => checkSettings({ ...given, destination, stateDirectory: join(folder(), state) })).toThrow(
    /would remove the records of all runs/,
  );
});

test('deletion at a server that gives files once is refused', () => {
  expect(() => checkSettings(job({ sourceAfterTransfer: 'DELETE' }, { access: 'READ_ONCE' }))).toThrow(/READ_ONCE/);
});

test.each([
  [10, 100, '10%', true],
  [11, 100, '10%', false],
  [1, 1, '99%', false],
  [1, 1, '100%', true],
  [0, 0, '0%', true],
  [5, 1000, 5, true],
  [6, 1000, '5', false],
])('%i of %i within %s: %s', (removed, of, limit, isWithin) => {
  expect(isWithinLimit(removed, of, parseRemovalLimit(limit))).toBe(isWithin);
});

describe('limits of a run', () => {
  const noon = Date.parse('2026-03-01T12:00:00Z');

  test('a time of day is the next one: today, or tomorrow', () => {
    expect(new Date(nextTimeOfDay('12:01', noon)).toISOString()).toBe('2026-03-01T12:01:00.000Z');
    expect(new Date(nextTimeOfDay('12:00', noon)).toISOString()).toBe('2026-03-02T12:00:00.000Z');
    expect(new Date(nextTimeOfDay('06:30', noon)).toISOString()).toBe('2026-03-02T06:30:00.000Z');
  });

  test('what is taken never passes a limit, and a small file may follow one that was too large', () => {
    const allowance = new TransferAllowance({ files: 2, bytes: 100 });
    expect([60, 50, 40, 0].map((size) => allowance.refuses(size))).toEqual([undefined, 'bytes', undefined, 'files']);
  });
});
