/** Tasks that fail for a moment: tried again, and how often. */
import { SluiceError } from '../../../provision/core/errors';
import type { Resource } from '../../../provision/resources/resource';
import { hostOf, oneRole, run, wants } from '../../helpers/simulated-play';

describe('what may pass by itself', () => {
  /** Fails so often, then sets its cell. */
  function flaky(failures: number, retryable = true): Resource<readonly string[]> {
    const cellOf = wants('c0', 'x');
    let left = failures;
    return {
      ...cellOf,
      apply: (writer, change, state) => {
        left -= 1;
        if (left >= 0) return Promise.reject(new SluiceError('the mirror is away', { code: 'MIRROR', retryable }));
        return cellOf.apply(writer, change, state);
      },
    };
  }
  const tried = async (resource: Resource<readonly string[]>, signal?: AbortSignal) => {
    const slept: number[] = [];
    const retry = { attempts: 3, delayMs: 100, sleep: async (durationMs: number) => void slept.push(durationMs) };
    const made = await run(hostOf([]), oneRole([resource]), {
      mode: 'apply',
      retry,
      ...(signal === undefined ? {} : { signal }),
    });
    const retries = made.events.flatMap((event) => (event.type === 'task-retried' ? [event.attempt] : []));
    return { status: made.results[0]?.status, slept, retries };
  };

  test('is tried again, after longer and longer, and no more often than allowed', async () => {
    expect(await tried(flaky(2))).toEqual({ status: 'changed', slept: [100, 200], retries: [1, 2] });
    expect(await tried(flaky(3))).toEqual({ status: 'failed', slept: [100, 200], retries: [1, 2] });
  });

  test('is told from what will not', async () => {
    expect(await tried(flaky(1, false))).toEqual({ status: 'failed', slept: [], retries: [] });
  });

  test('is not tried again once the operator stops', async () => {
    const abort = new AbortController();
    const resource = flaky(2);
    const stopping: Resource<readonly string[]> = {
      ...resource,
      apply: (writer, change, state) => {
        abort.abort();
        return resource.apply(writer, change, state);
      },
    };
    expect(await tried(stopping, abort.signal)).toEqual({ status: 'failed', slept: [], retries: [] });
  });
});
