/** Terraform at work on the infrastructure: what is planned, what is under way and for how long, and what it came to. */
import pc from 'picocolors';
import { formatCount, formatDuration, plural } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import type { CliContext } from '../context';
import { formatMinutes, type Minutes, usualMinutes } from '../plan-review/durations';
import { type Operation, readTerraformLine, type TerraformEvent } from '../plan-review/terraform-ui';
import { usesColor } from './color';
import { type Detail, type ProgressView, showProgress } from './progress';

/** What the commands that run Terraform show. */
export interface TerraformView extends Pick<ProgressView, 'phase' | 'write' | 'yieldTerminal' | 'finish'> {
  /** A line of Terraform's. */
  line(text: string): void;
}

export interface WatchOptions {
  /** In their order. */
  readonly phases: readonly string[];
  /** For a program: on stdout, as Terraform says it. */
  readonly json?: boolean;
}

export function watchTerraform(context: CliContext, { phases, json = false }: WatchOptions): TerraformView {
  if (json) return passOn(context);
  return renderTerraform(context.stderr, { phases, color: usesColor(context, context.stderr) });
}

/** JSON on stdout, anything else on stderr. */
function passOn({ stdout, stderr }: CliContext): TerraformView {
  return {
    phase: () => {},
    line: (text) => void (text.startsWith('{') ? stdout : stderr).write(`${text}\n`),
    write: (stream, text) => void stream.write(text),
    yieldTerminal: () => {},
    finish: () => {},
  };
}

export interface TerraformViewOptions extends Omit<WatchOptions, 'json'> {
  readonly color: boolean;
  /** Milliseconds, only going forward. Default: the process's own. */
  readonly clock?: () => number;
}

const words: Readonly<Record<Operation, { readonly doing: string; readonly done: string }>> = {
  create: { doing: 'creating', done: 'created' },
  update: { doing: 'changing', done: 'changed' },
  delete: { doing: 'deleting', done: 'deleted' },
};

export function renderTerraform(out: NodeJS.WriteStream, options: TerraformViewOptions): TerraformView {
  const { color, clock = () => performance.now() } = options;
  const colors = pc.createColors(color);
  const view = showProgress(out, { ...options, clock });
  let phase = '';
  let operations = new Operations();

  const observe = (event: TerraformEvent) => {
    operations.observe(event, clock());
    if (event.type === 'message') view.note(event.text);
    if (event.type === 'diagnostic') view.note(diagnosticText(event, colors));
    if (event.type === 'ended') {
      const { done } = words[event.operation];
      view.note(`${done} ${visible(event.address)} ${colors.dim(formatDuration(event.elapsedSeconds * 1000))}`);
    }
    if (event.type === 'failed')
      view.note(colors.red(`failed ${words[event.operation].doing} ${visible(event.address)}`));
  };
  return {
    phase(name) {
      if (name !== phase) operations = new Operations();
      phase = name;
      view.phase(name);
    },
    line(text) {
      if (phase === 'initialize') return view.update({ facts: [text.trim()] });
      const event = readTerraformLine(text);
      if (event !== undefined) observe(event);
      const current = operations;
      view.update(() => current.detail(clock()));
    },
    write: view.write,
    yieldTerminal: view.yieldTerminal,
    finish: view.finish,
  };
}

/** One run of Terraform, from its events. */
class Operations {
  readonly #planned: { readonly address: string; readonly operation: Operation }[] = [];
  readonly #underWay = new Map<string, { readonly operation: Operation; readonly sinceMs: number }>();
  readonly #over = new Set<string>();
  #refreshed = 0;

  observe(event: TerraformEvent, nowMs: number): void {
    switch (event.type) {
      case 'planned':
        for (const operation of event.operations) this.#planned.push({ address: event.address, operation });
        break;
      case 'refreshed':
        this.#refreshed += 1;
        break;
      case 'started':
        this.#underWay.set(event.address, { operation: event.operation, sinceMs: nowMs });
        break;
      case 'ended':
      case 'failed':
        this.#underWay.delete(event.address);
        this.#over.add(keyOf(event));
        break;
    }
  }

  detail(nowMs: number): Detail {
    const total = this.#planned.length;
    const isApplying = this.#over.size > 0 || this.#underWay.size > 0;
    if (!isApplying) {
      const refreshed = this.#refreshed === 0 ? [] : [`${formatCount(this.#refreshed)} compared with AWS`];
      return {
        facts: [...refreshed, ...(total === 0 ? [] : [`${plural(total, 'change')} planned`])],
      };
    }
    const underWay = [...this.#underWay].map(([address, { operation, sinceMs }]) => {
      const usual = usualMinutes(typeOf(address), operation);
      const elapsed = formatDuration(Math.floor((nowMs - sinceMs) / 1000) * 1000);
      return `${visible(address)}: ${words[operation].doing}, ${elapsed}${usual === undefined ? '' : ` of usually ${formatMinutes(usual)}`}`;
    });
    const left = this.#usuallyLeft(nowMs);
    return {
      ...(total === 0 ? {} : { share: Math.min(1, this.#over.size / total) }),
      facts: [
        `${formatCount(this.#over.size)} of ${formatCount(total)} changes`,
        ...(left === undefined ? [] : [`usually ${formatMinutes(left)} left`]),
        ...underWay,
      ],
    };
  }

  /**
   * File systems and associations are by far the longest, and come one after another: an association needs its file system, and each waits
   * for the one before. Undefined where none of them is left.
   */
  #usuallyLeft(nowMs: number): Minutes | undefined {
    let [leastMinutes, mostMinutes] = [0, 0];
    for (const { address, operation } of this.#planned) {
      const type = typeOf(address);
      const usual = type.startsWith('aws_fsx_') ? usualMinutes(type, operation) : undefined;
      if (usual === undefined || this.#over.has(keyOf({ address, operation }))) continue;
      const since = this.#underWay.get(address)?.sinceMs;
      const elapsed = since === undefined ? 0 : (nowMs - since) / 60_000;
      leastMinutes += Math.max(0, usual.leastMinutes - elapsed);
      mostMinutes += Math.max(1, usual.mostMinutes - elapsed);
    }
    if (mostMinutes === 0) return undefined;
    return { leastMinutes: Math.round(leastMinutes), mostMinutes: Math.round(mostMinutes) };
  }
}

const keyOf = ({ address, operation }: { readonly address: string; readonly operation: Operation }) =>
  `${operation} ${address}`;

/** `module.a["x"].aws_vpc.b[0]` -> `aws_vpc`. */
function typeOf(address: string): string {
  return (
    address
      .replace(/\[[^\]]*\]/g, '')
      .split('.')
      .at(-2) ?? ''
  );
}

type Colors = ReturnType<typeof pc.createColors>;

function diagnosticText(event: Extract<TerraformEvent, { type: 'diagnostic' }>, colors: Colors): string {
  const { severity, summary, detail, address, place } = event;
  const paint = severity === 'error' ? colors.red : colors.yellow;
  const where = [
    ...(address === undefined ? [] : [`with ${visible(address)}`]),
    ...(place === undefined ? [] : [`at ${place}`]),
  ];
  const lines = [...(where.length === 0 ? [] : [where.join(', ')]), ...(detail === '' ? [] : detail.split('\n'))];
  return [paint(`${severity}: ${visible(summary)}`), ...lines.map((line) => `  ${visible(line)}`.trimEnd())].join('\n');
}
