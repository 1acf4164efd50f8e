import { CloudWatchLogsClient, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { openProofAccount } from '../../../../scripts/export-proof/account';

const place = { fileSystemId: 'fs-0123456789abcdef0', logGroup: '/aws/fsx/market-data' };

/** What is read of FSx's log, and what is told, where CloudWatch answers so (CloudWatch Logs API, FilterLogEvents). */
async function logWhere(message: string) {
  const notFound = new ResourceNotFoundException({ message, $metadata: {} });
  const send = jest.spyOn(CloudWatchLogsClient.prototype, 'send').mockImplementation(() => Promise.reject(notFound));
  const told: string[] = [];
  const account = await openProofAccount('us-east-1', {
    onUnread: (text) => told.push(text),
    signal: new AbortController().signal,
    now: () => new Date(0),
  });
  try {
    return { log: await account.repositoryLog(place), told };
  } finally {
    account.close();
    send.mockRestore();
  }
}

test('a log that FSx has not begun holds no failure', async () => {
  const { log, told } = await logWhere('The specified log stream does not exist.');
  expect(log).toEqual({ byKey: new Map(), general: [] });
  expect(told).toEqual([]);
});

test('without the log group nobody knows what failed', async () => {
  const { log, told } = await logWhere('The specified log group does not exist.');
  expect(log).toBeUndefined();
  expect(told).toEqual([expect.stringMatching(/\/aws\/fsx\/market-data failed: .*log group does not exist/)]);
});
