import { SluiceError } from '../../../provision/core/errors';
import type { FileTask } from '../../../provision/pull/transfer/compare';
import { afterTransfer } from '../../../provision/pull/transfer/source-after-transfer';
import type { TransferOptions } from '../../../provision/pull/transfer/transfer-options';

const transferred = { kind: 'transferred', path: 'a', sizeBytes: 1, sha256: '', resumedBytes: 0, attempts: 1 } as const;

test.each([
  ['is told beside the transfer', false, [{ kind: 'transferred' }, { kind: 'failed', code: 'SOURCE_NOT_DELETED' }]],
  ['is no failure where the run was stopped', true, [{ kind: 'transferred' }]],
])('a source that is gone when a file is to be deleted there %s', async (_what, isStopped, outcomes) => {
  const stop = new AbortController();
  if (isStopped) stop.abort();
  const gone = () => Promise.reject(new SluiceError('no route', { code: 'CONNECT_FAILED', kind: 'unreachable' }));
  const task = { path: 'a', directory: { makeDurable: async () => undefined } } as unknown as FileTask;
  const options = { sourceAfterTransfer: 'DELETE', pool: { use: gone }, signal: stop.signal };
  expect(await afterTransfer(transferred, task, options as unknown as TransferOptions)).toMatchObject(outcomes);
});
