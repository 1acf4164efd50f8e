import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { exportQueueAgeSeconds } from '../../../../scripts/export-proof/export-queue';

const now = new Date('2026-11-20T12:00:00.000Z');
const at = (minute: number, Maximum: number) => ({ Timestamp: new Date(now.getTime() - minute * 60_000), Maximum });
const answering = (Datapoints: readonly object[] | undefined) =>
  ({ send: async () => ({ Datapoints }) }) as unknown as CloudWatchClient;

test.each([
  ['the newest, in whatever order CloudWatch gives them', [at(3, 600), at(1, 42), at(2, 700)], 42],
  ['nothing waits any more', [at(2, 700), at(1, 0)], 0],
  ['none', [], null],
  ['no list at all', undefined, null],
])('how long the oldest change waits: %s', async (_, datapoints, age) => {
  expect(await exportQueueAgeSeconds(answering(datapoints), 'fs-1', now)).toBe(age);
});
