/**
 * A host in memory: cells that hold words, read by probes and set by commands, so that the engine's laws can be tried on thousands of
 * random hosts. It speaks the same Connection as any other; only the three words `cell`, `set` and `spoil` are known to its shell.
 */
import type { Connection, ExecOptions, ExecResult } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import { type Command, sh } from '../../provision/core/sh';
import type { Fact } from '../../provision/facts/fact';
import { predicted, unpredictable } from '../../provision/facts/prediction';
import type { Resource } from '../../provision/resources/resource';

export function cell(name: string): Fact<string> {
  return { key: `cell:${name}`, probe: sh`cell ${name}`, parse: ({ stdout }) => stdout.toString() };
}

export class SimulatedHost implements Connection {
  readonly host = 'simulated';
  roundTrips = 0;
  /** How many probes it answered. */
  probes = 0;
  /** Every command that changed something. */
  readonly written: string[] = [];
  /** Cells whose `set` fails. */
  readonly failing = new Set<string>();
  /** Cells whose `set` is accepted and does nothing. */
  readonly stuck = new Set<string>();
  /** The round trip at which the connection is lost. */
  lostAt = Number.POSITIVE_INFINITY;

  constructor(readonly cells: Map<string, string>) {}

  async exec(command: Command, options: ExecOptions = {}): Promise<ExecResult> {
    this.roundTrips += 1;
    if (this.roundTrips >= this.lostAt)
      throw new SluiceError('lost', { code: 'CONNECTION_LOST', kind: 'unreachable', retryable: true });
    const answers = batchAnswers(options, (probe) => {
      this.probes += 1;
      return this.cells.get(probe.replace(/^'cell (\w+)'$/, '$1')) ?? '';
    });
    if (answers !== undefined) return answer(answers);
    const [, name = '', value = ''] = /^set (\w+) (\w+)$/.exec(command.text) ?? [];
    if (this.failing.has(name)) return { exitCode: 1, stdout: Buffer.alloc(0), stderr: 'no' };
    this.written.push(command.text);
    if (!this.stuck.has(name)) this.cells.set(name, value);
    return answer('');
  }

  put(): Promise<void> {
    throw new Error('cells are set, not put');
  }

  async close(): Promise<void> {}
}

/** What the script of a batch would print where each probe, as the script has it, printed what `outputOf` gives; undefined: it is no batch. */
export function batchAnswers({ stdin }: ExecOptions, outputOf: (probe: string) => string): string | undefined {
  const text = Buffer.isBuffer(stdin) ? stdin.toString() : '';
  const line = /^line\(\) .* '?([0-9a-f-]{36})'?; \}$/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  const outputs = [...text.matchAll(/^probe (.*)$/gm)].map(([, probe = '']) => outputOf(probe));
  return ['', ...outputs.flatMap((output) => [output, '0\n']), ''].join(`\n${line}\n`);
}

function answer(text: string): ExecResult {
  return { exitCode: 0, stdout: Buffer.from(text), stderr: '' };
}

export interface CellParams {
  readonly name: string;
  /** The word it shall hold, given the words of the cells it looks at. */
  readonly wants: (seen: readonly string[]) => string;
  readonly looksAt?: readonly string[];
  /** Setting it leaves a word that nobody can foresee in this cell. */
  readonly stirs?: string;
}

/** The resource of one cell. */
export function cellResource({ name, wants, looksAt = [], stirs }: CellParams): Resource<readonly string[]> {
  const facts = [name, ...looksAt].map(cell);
  return {
    name,
    inspect: (reader) => Promise.all(facts.map((fact) => reader.get(fact))),
    plan: ([held = '', ...seen]) =>
      held === wants(seen) ? [] : [{ path: 'word', action: 'update', from: held, to: wants(seen) }],
    predict: ([, ...seen]) => [
      predicted(cell(name), wants(seen)),
      ...(stirs === undefined ? [] : [unpredictable(cell(stirs), `${name} stirs it`)]),
    ],
    async apply(writer, change) {
      await writer.run(sh`set ${name} ${change.to ?? ''}`);
      if (stirs !== undefined) await writer.run(sh`set ${stirs} stirred`);
    },
  };
}
