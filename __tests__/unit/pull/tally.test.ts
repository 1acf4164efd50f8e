import { mostNamed, Tally } from '../../../provision/pull/record/tally';

test('of any number of failed and skipped entries all are counted, and so many kept as a report names', () => {
  const tally = new Tally();
  const entries = mostNamed + 5;
  for (let index = 0; index < entries; index += 1) {
    tally.add({ kind: 'failed', path: `failed-${index}`, code: 'SFTP_FAILURE', reason: 'failure' });
    tally.add({ kind: 'skipped', path: `skipped-${index}`, reason: 'it is a FIFO' });
  }
  expect(tally.counts()).toMatchObject({ failed: entries, skipped: entries });
  expect([tally.failures.length, tally.skipped.length]).toEqual([mostNamed, mostNamed]);
  expect(tally.failures[0]?.path).toBe('failed-0');
});
