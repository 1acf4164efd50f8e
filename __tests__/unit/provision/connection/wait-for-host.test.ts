import { type HostWait, patiently, whenUp } from '../../../../provision/connection/wait-for-host';
import { SluiceError } from '../../../../provision/core/errors';

const down = (message: string, retryable = true) =>
  new SluiceError(message, { code: 'SSH_UNREACHABLE', kind: 'unreachable', retryable, hint: 'is it running?' });

/** A clock that only sleeping moves. */
function waiting(timeoutMs: number): HostWait & { readonly reasons: string[] } {
  let now = 0;
  const reasons: string[] = [];
  return {
    timeoutMs,
    reasons,
    clock: () => now,
    sleep: async (durationMs) => {
      now += durationMs;
    },
    onWait: (reason) => reasons.push(reason),
  };
}

function failing(errors: readonly Error[]) {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return 'up';
  };
}

test('what passes is waited for, each reason said once', async () => {
  const wait = waiting(60_000);
  const attempt = failing([down('refused'), down('refused'), down('reset'), down('reset')]);
  expect(await whenUp(attempt, wait)).toBe('up');
  expect(wait.reasons).toEqual(['refused', 'reset']);
});

test('what does not pass ends the wait at once', async () => {
  const wait = waiting(60_000);
  await expect(whenUp(failing([down('refused'), down('wrong key', false)]), wait)).rejects.toThrow('wrong key');
  expect(wait.reasons).toEqual(['refused']);
});

test('a bound ends it, with the last reason, its cure and how long it took', async () => {
  const wait = waiting(30_000);
  const attempt = whenUp(async () => Promise.reject(down('refused')), wait);
  await expect(attempt).rejects.toMatchObject({
    message: expect.stringMatching(/^refused \(waited \d+\.\ds\)$/),
    hint: 'is it running?',
    exitCode: 4,
  });
  expect(wait.clock()).toBeLessThanOrEqual(30_000);
});

test('an interrupt in the middle of a pause ends it, without another attempt', async () => {
  const abort = new AbortController();
  let attempts = 0;
  const attempt = async () => {
    attempts += 1;
    throw down('refused');
  };
  const sleep = async () => abort.abort();
  await expect(whenUp(attempt, { ...waiting(60_000), sleep, signal: abort.signal })).rejects.toThrow('refused');
  expect(attempts).toBe(1);
});

test('an interrupt ends it', async () => {
  const abort = new AbortController();
  const wait = waiting(60_000);
  const attempt = async () => {
    abort.abort();
    throw down('refused');
  };
  await expect(whenUp(attempt, { ...wait, signal: abort.signal })).rejects.toThrow('refused');
  expect(wait.reasons).toEqual([]);
});

test('a host that was waited for in vain is asked once from then on, until it answers', async () => {
  const wait = waiting(1_500);
  const attempts: string[] = [];
  let isUp = false;
  const connect = patiently(async () => {
    attempts.push(isUp ? 'up' : 'down');
    if (!isUp) throw down('no route');
    return 'up';
  }, wait);
  await expect(connect()).rejects.toThrow('no route (waited');
  const first = attempts.length;
  expect(first).toBeGreaterThan(1);
  await expect(connect()).rejects.toThrow('no route');
  expect(attempts).toHaveLength(first + 1);
  isUp = true;
  expect(await connect()).toBe('up');
  isUp = false;
  await expect(connect()).rejects.toThrow('waited');
  expect(attempts.length).toBeGreaterThan(first + 3);
});
