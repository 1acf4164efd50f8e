import { AwsClock } from '../../../../scripts/aws/aws-clock';

const local = new Date('2026-11-24T12:00:00.500Z');
const client = (headers: Readonly<Record<string, string>>) => ({
  config: { requestHandler: { handle: async () => ({ response: { headers } }) } },
});

async function told(...answers: readonly Readonly<Record<string, string>>[]): Promise<string> {
  const clock = new AwsClock(() => local);
  for (const headers of answers) await clock.setBy(client(headers)).config.requestHandler.handle();
  return clock.now().toISOString();
}

test("is this machine's until an answer tells the time", async () => {
  expect(await told()).toBe('2026-11-24T12:00:00.500Z');
  expect(await told({}, { date: 'soon' })).toBe('2026-11-24T12:00:00.500Z');
});

test('is that of the newest answer that tells it', async () => {
  const ahead = { date: 'Tue, 24 Nov 2026 12:10:00 GMT' };
  const behind = { date: 'Tue, 24 Nov 2026 11:30:00 GMT' };
  expect(await told(ahead)).toBe('2026-11-24T12:10:00.000Z');
  expect(await told(ahead, behind, {})).toBe('2026-11-24T11:30:00.000Z');
});

test("goes on with this machine's", async () => {
  let now = local.getTime();
  const clock = new AwsClock(() => new Date(now));
  await clock.setBy(client({ date: 'Tue, 24 Nov 2026 11:30:00 GMT' })).config.requestHandler.handle();
  now += 90_000;
  expect(clock.now().toISOString()).toBe('2026-11-24T11:31:30.000Z');
});
