import { CloudWatchClient, type GetMetricStatisticsCommandInput } from '@aws-sdk/client-cloudwatch';
import { askedIn } from '../../../../scripts/destroy/asked-since';

const dayMs = 24 * 3_600_000;
const proven = new Date('2026-11-24T12:00:05Z');

/** CloudWatch with what was written in these minutes; the requests, in order. */
function cloudWatch(written: Readonly<Record<string, number>>) {
  const asked: GetMetricStatisticsCommandInput[] = [];
  jest.spyOn(CloudWatchClient.prototype, 'send').mockImplementation(async (command: { input: object }) => {
    const input = command.input as GetMetricStatisticsCommandInput;
    asked.push(input);
    const { StartTime = proven, EndTime = proven } = input;
    const Datapoints = Object.entries(written)
      .map(([minute, Sum]) => ({ Timestamp: new Date(minute), Sum }))
      .filter(({ Timestamp }) => Timestamp >= StartTime && Timestamp < EndTime);
    return { Datapoints };
  });
  return asked;
}

const since = (until: Date) =>
  askedIn('us-east-1', { signal: new AbortController().signal, now: () => until }).writtenSince('fs-1', proven);

afterEach(() => jest.restoreAllMocks());

test('counts the whole minute that the proof began in, and all that came later', async () => {
  const asked = cloudWatch({
    '2026-11-24T11:59:00Z': 1,
    '2026-11-24T12:00:00Z': 20,
    '2026-11-24T12:01:00Z': 300,
  });
  await expect(since(new Date('2026-11-24T13:00:00Z'))).resolves.toBe(320);
  expect(asked).toMatchObject([{ MetricName: 'DataWriteBytes', StartTime: new Date('2026-11-24T12:00:00Z') }]);
});

test.each([
  [0.5, 60],
  [2, 180],
  [14, 900],
  [16, 1200],
  [62, 3900],
  [100, 7200],
])(
  'asks over %d days in at most 1,440 periods for which CloudWatch keeps values: %d seconds',
  async (days, seconds) => {
    const asked = cloudWatch({});
    await since(new Date(proven.getTime() + days * dayMs));
    expect(asked).toMatchObject([{ Period: seconds }]);
    expect((days * 86_400) / seconds).toBeLessThanOrEqual(1440);
  },
);
