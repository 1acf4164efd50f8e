import { localFailure } from '../../../provision/pull/destination/local-failure';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

test('a full disk: what is still to come is said where something was listed, and left out where nothing was', () => {
  expect(localFailure(full, { missingBytes: 2048 }).message).toBe(
    'the destination is full: 2.0 KiB at least are still to come, of the files listed so far (ENOSPC: no space left on device, write)',
  );
  const bare = 'the destination is full (ENOSPC: no space left on device, write)';
  expect(localFailure(full, { missingBytes: 0 }).message).toBe(bare);
  expect(localFailure(full).message).toBe(bare);
});
