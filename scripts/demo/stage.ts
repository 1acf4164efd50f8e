/** What every step of the demo shares: its folder, its voice, and what has to be stopped when the curtain falls. */
import { formatDuration } from '../../provision/core/units';
import type { CliContext } from '../context';
import type { Workspace } from './workspace';

export class Stage {
  readonly #cleanups: (() => Promise<void>)[] = [];
  readonly #startedAt: number;

  constructor(
    readonly context: CliContext,
    readonly workspace: Workspace,
  ) {
    this.#startedAt = context.now().getTime();
  }

  title(step: string, text: string): void {
    this.print(`\n${step}: ${text}\n`);
  }

  print(text: string): void {
    this.context.stdout.write(text);
  }

  /** Relative to the working directory where that is shorter to read. */
  shown(path: string): string {
    const prefix = `${this.context.cwd}/`;
    return path.startsWith(prefix) ? path.slice(prefix.length) : path;
  }

  elapsed(): string {
    return formatDuration(this.context.now().getTime() - this.#startedAt);
  }

  /** Called by close(), the latest first. */
  onClose(cleanup: () => Promise<void>): void {
    this.#cleanups.push(cleanup);
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
  }
}
