/**
 * The roles of one host, played over its connection.
 *
 *     read the facts of every task                      (one round trip, one more for facts that depend on facts)
 *     while cloud-init runs: wait for its end, and read them again
 *     forecast: plan each task in order, laying its predictions over the facts
 *     check mode, or anything blocked: report the forecast; nothing is written
 *     where a task that uses the package manager is to change something: wait for whoever holds it
 *     apply: for each task in order
 *         plan again on the facts as they now are; no changes: ok
 *         make the changes (again where the adapter says that may help, after whoever holds the package manager by then), forget the facts, read those of this task
 *         and of those up to the next one that is to change something     (one round trip)
 *         plan once more: anything left is a change that did not take, and a failure
 *         connection lost in a change: the same once more from the start, over a new one; what took effect shows in the facts
 *
 * A failed task ends its role; roles that need it are skipped. A rerun is the resume.
 */
import type { Connection } from './connection/connection';
import type { Reporter } from './core/reporter';
import { type RetryOptions, type RetryPolicy, retrying } from './core/retry';
import { evaluate, failureOf, forecast, type Verdict } from './evaluate';
import { type PlayEvent, type Recap, type TaskResult, type TaskStatus, taskStatuses } from './events';
import { PredictedFacts } from './facts/prediction';
import { FactStore } from './facts/store';
import { failedFooting } from './out-of-reach';
import { packageManagerBusy } from './resources/package-failure';
import { hostWriter } from './resources/writer';
import type { RoleTask } from './role';
import { askWhetherSettled, waitForCloudInit, waitForPackageManager } from './settling';

export interface HostPlayOptions {
  readonly mode: 'check' | 'apply';
  readonly reporter: Reporter<PlayEvent>;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /** Once aborted, the change being made is finished and no other is begun. */
  readonly signal?: AbortSignal;
  /** How long cloud-init, or another user of the package manager, is waited for; without it, neither is looked at. */
  readonly settleTimeoutMs?: number;
  /** For changes that fail in a way that may pass; without it, one try each. */
  readonly retry?: RetryPolicy;
}

/**
 * What goes wrong on the host is in the recap; but rejects where sudo refuses or nothing runs from the start, or the host is busy for longer than may be
 * waited: nothing is touched then.
 */
export async function playHost(
  connection: Connection,
  tasks: readonly RoleTask[],
  options: HostPlayOptions,
): Promise<Recap> {
  const play = new HostPlay(connection, tasks, options);
  return play.run();
}

class HostPlay {
  readonly #connection: Connection;
  readonly #tasks: readonly RoleTask[];
  readonly #options: HostPlayOptions;
  readonly #facts: FactStore;
  readonly #results: TaskResult[] = [];

  constructor(connection: Connection, tasks: readonly RoleTask[], options: HostPlayOptions) {
    this.#connection = connection;
    this.#tasks = tasks;
    this.#options = options;
    this.#facts = new FactStore(connection);
  }

  async run(): Promise<Recap> {
    const { mode, reporter, clock } = this.#options;
    const { host } = this.#connection;
    const startedAt = clock();
    reporter({ type: 'play-started', host, mode, tasks: this.#tasks.length });
    const looks = await this.#readAhead(this.#tasks);
    const refused = looks.find((look) => look.status === 'rejected' && failedFooting(look.reason) !== undefined);
    if (refused?.status === 'rejected') throw refused.reason;
    await this.#settle(waitForCloudInit);
    const forecast = await this.#forecast();
    const blocked = this.#tasks.find((_, index) => forecast[index]?.status === 'blocked');
    if (mode === 'check' || blocked !== undefined) this.#report(forecast, blocked);
    else {
      if (this.#tasks.some((task, index) => mayInstall(task, forecast[index])))
        await this.#settle(waitForPackageManager);
      await this.#apply(forecast);
    }
    const recap: Recap = {
      counts: countByStatus(this.#results),
      roundTrips: this.#connection.roundTrips,
      durationMs: clock() - startedAt,
      interrupted: this.#options.signal?.aborted ?? false,
    };
    reporter({ type: 'recap', host, ...recap });
    return recap;
  }

  /** Everything that these tasks ask for, in as few round trips as its longest chain. What fails here fails again in its turn. */
  async #readAhead(tasks: readonly RoleTask[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    if (this.#options.settleTimeoutMs !== undefined) askWhetherSettled(this.#facts);
    const wanted = tasks.filter((task) => task.skip === undefined);
    return Promise.allSettled(wanted.map((task) => task.resource.inspect(this.#facts)));
  }

  async #settle(wait: typeof waitForCloudInit): Promise<void> {
    const { settleTimeoutMs: timeoutMs, signal, reporter } = this.#options;
    if (timeoutMs === undefined) return;
    const { host } = this.#connection;
    const onWait = (reason: string) => reporter({ type: 'waiting', host, reason });
    if (!(await wait(this.#connection, this.#facts, { timeoutMs, onWait, signal }))) return;
    this.#facts.forget();
    await this.#readAhead(this.#tasks);
  }

  async #forecast(): Promise<readonly TaskResult[]> {
    const facts = new PredictedFacts(this.#facts);
    const results: TaskResult[] = [];
    for (const task of this.#tasks) {
      const result = this.#reasonToSkip(task, results);
      if (result !== undefined) {
        results.push(result);
        continue;
      }
      results.push(forecastResult(await forecast(task.resource, facts)));
    }
    return results;
  }

  #report(forecast: readonly TaskResult[], blocked: RoleTask | undefined): void {
    forecast.forEach((result, index) => {
      const isHeld = blocked !== undefined && (result.status === 'pending' || result.status === 'unknown');
      const reason = `nothing is changed while "${blocked?.resource.name}" is blocked`;
      this.#end(this.#tasks[index] as RoleTask, isHeld ? { status: 'skipped', changes: [], reason } : result);
    });
  }

  async #apply(forecast: readonly TaskResult[]): Promise<void> {
    for (const [index, task] of this.#tasks.entries()) {
      const { host } = this.#connection;
      this.#options.reporter({ type: 'task-started', host, role: task.role.name, task: task.resource.name });
      const result =
        this.#reasonToSkip(task, this.#results) ?? (await this.#applyTask(task, this.#upcoming(index, forecast)));
      this.#end(task, result);
    }
  }

  /** A task and those up to the next one that is to change something: what lies behind that would be asked again after it. */
  #upcoming(index: number, forecast: readonly TaskResult[]): readonly RoleTask[] {
    const next = forecast.findIndex(({ status }, other) => other > index && status !== 'ok' && status !== 'skipped');
    return this.#tasks.slice(index, next === -1 ? undefined : next + 1);
  }

  async #applyTask(task: RoleTask, upcoming: readonly RoleTask[]): Promise<TaskResult> {
    const first = await this.#tryTask(task, upcoming);
    const isCutShort = first.status === 'unreachable' && first.changes.length > 0;
    if (!isCutShort || this.#options.signal?.aborted === true) return first;
    // What was running when the connection was lost may go on on the host.
    await this.#readAhead(upcoming);
    try {
      if (task.resource.usesPackageManager) await this.#settle(waitForPackageManager);
    } catch (error) {
      return { ...failureOf(error), changes: first.changes };
    }
    const second = await this.#tryTask(task, upcoming);
    if (second.status === 'ok') return { ...second, status: 'changed', changes: first.changes };
    return second.status === 'unreachable' ? first : second;
  }

  async #tryTask(task: RoleTask, upcoming: readonly RoleTask[]): Promise<TaskResult> {
    const { resource } = task;
    const before = await evaluate(resource, this.#facts);
    if (before.kind !== 'changes') return forecastResult(before);
    const { changes, state } = before;
    try {
      const writer = hostWriter(this.#connection);
      for (const change of changes)
        await retrying(() => resource.apply(writer, change, state), this.#retryOptions(task));
    } catch (error) {
      return { ...failureOf(error), changes };
    } finally {
      this.#facts.forget();
    }
    await this.#readAhead(upcoming);
    const after = await evaluate(resource, this.#facts);
    if (after.kind === 'ok') return { status: 'changed', changes, ...(after.warning ?? after.note) };
    if (after.kind !== 'changes') return { ...forecastResult(after), changes };
    const left = after.changes.map(({ path, from, to }) => `${path} is ${from ?? 'absent'}, not ${to ?? 'absent'}`);
    return {
      status: 'failed',
      changes,
      reason: `the change did not take: ${left.join('; ')}`,
      fix: 'something else on the host sets it back, or the command that made it lies: look for both',
    };
  }

  #retryOptions(task: RoleTask): RetryOptions {
    const { retry: policy, signal, reporter } = this.#options;
    const about = { host: this.#connection.host, role: task.role.name, task: task.resource.name };
    return {
      policy,
      signal,
      onRetry: async (attempt, { message: reason, code }) => {
        reporter({ type: 'task-retried', ...about, attempt, reason });
        if (code !== packageManagerBusy) return;
        this.#facts.forget();
        // Where it is held for longer than may be waited, the next try says so.
        await this.#settle(waitForPackageManager).catch(() => undefined);
      },
    };
  }

  /** Results so far decide: the host is gone, the operator stopped, or something that the task stands on failed. */
  #reasonToSkip(task: RoleTask, results: readonly TaskResult[]): TaskResult | undefined {
    const skipped = (reason: string): TaskResult => ({ status: 'skipped', changes: [], reason });
    if (this.#options.signal?.aborted === true) return skipped('interrupted');
    if (results.some((result) => result.status === 'unreachable')) return skipped('the host is unreachable');
    if (task.skip !== undefined) return skipped(task.skip);
    const groundwork = this.#groundwork(task.role.name);
    const broken = results.findIndex((result, index) => {
      const { role } = this.#tasks[index] as RoleTask;
      return (result.status === 'failed' || result.status === 'blocked') && groundwork.includes(role.name);
    });
    return broken === -1 ? undefined : skipped(`"${this.#tasks[broken]?.resource.name}" comes first, and failed`);
  }

  /** A role and, transitively, those it needs. */
  #groundwork(name: string): readonly string[] {
    const role = this.#tasks.find((task) => task.role.name === name)?.role;
    return [name, ...(role?.needs ?? []).flatMap((needed) => this.#groundwork(needed))];
  }

  #end(task: RoleTask, result: TaskResult): void {
    this.#results.push(result);
    const { host } = this.#connection;
    this.#options.reporter({ type: 'task-ended', host, role: task.role.name, task: task.resource.name, ...result });
  }
}

function mayInstall({ resource }: RoleTask, forecast: TaskResult | undefined): boolean {
  const mayChange = forecast?.status === 'pending' || forecast?.status === 'unknown';
  return mayChange && resource.usesPackageManager === true;
}

function forecastResult(verdict: Verdict): TaskResult {
  switch (verdict.kind) {
    case 'ok':
      return { status: 'ok', changes: [], ...(verdict.warning ?? verdict.note) };
    case 'changes':
      return { status: 'pending', changes: verdict.changes };
    case 'unknown':
      return { status: 'unknown', changes: [], reason: verdict.reason };
    case 'stopped':
      return verdict.result;
  }
}

export function countByStatus(results: readonly TaskResult[]): Record<TaskStatus, number> {
  const counts = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>;
  for (const { status } of results) counts[status] += 1;
  return counts;
}
