/** Tasks that fail for a moment: tried again, and how often. */
import type { ExecOptions } from '../../../provision/connection/connection';
import { SluiceError } from '../../../provision/core/errors';
import { type Command, sh } from '../../../provision/core/sh';
import { packageFailure } from '../../../provision/resources/package-failure';
import type { Resource } from '../../../provision/resources/resource';
import { CommandFailed, hostWriter } from '../../../provision/resources/writer';
import { batchAnswers, SimulatedHost } from '../../helpers/simulated-host';
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

describe('a package manager that begins its work in the middle of a play', () => {
  /** Somebody holds the lock from the installation's first try on, until `letsGo` have waited for it. */
  class LockedHost extends SimulatedHost {
    holder = '';
    waits = 0;
    constructor(readonly letsGo: number) {
      super(new Map());
    }

    override async exec(command: Command, options: ExecOptions = {}) {
      if (command.text.startsWith('timeout ')) {
        this.waits += 1;
        const isFree = this.waits >= this.letsGo;
        if (isFree) this.holder = '';
        return { exitCode: isFree ? 0 : 124, stdout: Buffer.alloc(0), stderr: '' };
      }
      const answers = batchAnswers(options, (probe) => {
        const name = /^'cell (\w+)'$/.exec(probe)?.[1];
        if (name !== undefined) return this.cells.get(name) ?? '';
        return probe.includes('cloud-init') ? 'absent' : this.holder;
      });
      if (answers === undefined) return super.exec(command, options);
      return { exitCode: 0, stdout: Buffer.from(answers), stderr: '' };
    }
  }

  const installing = (host: LockedHost): Resource<readonly string[]> => {
    const cellOf = wants('c0', 'x');
    let isFirst = true;
    return {
      ...cellOf,
      apply(writer, change, state) {
        if (isFirst) host.holder = '77 apt-get /var/lib/apt/lists/lock';
        isFirst = false;
        if (host.holder === '') return cellOf.apply(writer, change, state);
        const said = 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 77 (apt-get)';
        return Promise.reject(packageFailure('it', new CommandFailed(sh`apt-get update`, 100, said)));
      },
    };
  };

  test.each([
    ['is waited for, and the task done after it', 1, 'changed', 1],
    ['is waited for again', 2, 'changed', 2],
    ['and does not end: the task fails, and says so', Number.POSITIVE_INFINITY, 'failed', 2],
  ])('%s', async (_, letsGo, status, waits) => {
    const host = new LockedHost(letsGo);
    const { results, events } = await run(host, oneRole([installing(host)]), {
      mode: 'apply',
      retry: { attempts: 3, delayMs: 0, sleep: async () => undefined },
      settleTimeoutMs: 1000,
    });
    const reasons = events.flatMap((event) => (event.type === 'waiting' ? [event.reason] : []));
    expect(reasons).toEqual(Array(waits).fill('apt-get (process 77) holds /var/lib/apt/lists/lock'));
    expect(results[0]?.status).toBe(status);
    expect(results[0]?.reason ?? '').toMatch(status === 'failed' ? /another package manager is at work/ : /^$/);
  });

  test.each([
    ['is in the way where something is to be installed', '', 5, ''],
    ['holds nothing else up', 'x', 0, 'x'],
  ])('one that was at work before, and does not end, %s', async (_, installed, exitCode, word) => {
    const host = new LockedHost(Number.POSITIVE_INFINITY);
    host.holder = '77 apt-get /var/lib/apt/lists/lock';
    host.cells.set('c0', '').set('c1', installed);
    const resources = [wants('c0', 'x'), { ...wants('c1', 'x'), usesPackageManager: true } as const];
    expect(await run(host, oneRole(resources), { mode: 'apply', settleTimeoutMs: 1000 })).toMatchObject({ exitCode });
    expect(host.cells.get('c0')).toBe(word);
  });
});

test.each([
  [
    'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 9 (unattended-upgr)',
    'PACKAGE_MANAGER_BUSY',
  ],
  ['dpkg: error: dpkg frontend lock was locked by another process with pid 9', 'PACKAGE_MANAGER_BUSY'],
  ['Another app is currently holding the yum lock; exiting as configured by exit_on_lock', 'PACKAGE_MANAGER_BUSY'],
  [
    "error: can't create transaction lock on /var/lib/rpm/.rpm.lock (Resource temporarily unavailable)",
    'PACKAGE_MANAGER_BUSY',
  ],
  [
    'Another app is currently holding the yum lock; waiting for it to exit...\nNo package lustre-client available.',
    'PACKAGE_UNKNOWN',
  ],
  [
    'Curl error (60): SSL peer certificate or SSH remote key was not OK for https://mirror [SSL certificate problem: certificate is not yet valid]\nError: Failed to download metadata for repo',
    'PACKAGE_CLOCK',
  ],
  ['[Errno 14] curl#60 - "Peer\'s Certificate has expired."\nCannot find a valid baseurl for repo', 'PACKAGE_CLOCK'],
  [
    'E: Release file for http://mirror/InRelease is not valid yet (invalid for another 9d 1h 2min 3s).',
    'PACKAGE_CLOCK',
  ],
  ['E: Held packages were changed and -y was used without --allow-change-held-packages.', 'PACKAGE_HELD'],
  ['  installing package lustre-client-2.15 needs 12MB more space on the / filesystem', 'PACKAGE_NO_SPACE'],
  ["E: You don't have enough free space in /var/cache/apt/archives/.", 'PACKAGE_NO_SPACE'],
  [
    'Curl error (23): Failed writing received data to disk/application for https://mirror [Failure writing output to destination]\nError: Error downloading packages',
    'PACKAGE_NO_SPACE',
  ],
])('%j is %s', (said, code) => {
  expect(packageFailure('it', new CommandFailed(sh`install it`, 1, said))).toMatchObject({ code });
});

test.each([
  ['No match for argument: lustre-client', 'Error: Unable to find a match: lustre-client', 'PACKAGE_UNKNOWN'],
  ['No package lustre-client available.', 'Error: Nothing to do', 'PACKAGE_UNKNOWN'],
  [
    'All matches were filtered out by exclude filtering for argument: lustre-client',
    'Error: Unable to find a match: lustre-client',
    'PACKAGE_HELD',
  ],
  // What was waited for is over.
  [
    'Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend.',
    'E: Failed to fetch it',
    'PACKAGE_MIRROR_UNREACHABLE',
  ],
])('%j on standard output, %j on standard error: %s', async (stdout, stderr, code) => {
  const host = hostOf([]);
  host.exec = async () => ({ exitCode: 1, stdout: Buffer.from(stdout), stderr });
  const failure = await hostWriter(host)
    .run(sh`install it`)
    .catch((error) => packageFailure('it', error));
  expect(failure).toMatchObject({ code });
});
