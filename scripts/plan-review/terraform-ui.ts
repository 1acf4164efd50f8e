/**
 * What Terraform says while it plans and applies, read from its machine-readable UI (HashiCorp, "Machine-Readable UI", version 1.x; OpenTofu
 * writes the same). Unknown kinds of messages are nothing, as the format asks.
 */
export type Operation = 'create' | 'update' | 'delete';

export type TerraformEvent =
  /** A change that the plan holds; a replacement is two operations. */
  | { readonly type: 'planned'; readonly address: string; readonly operations: readonly Operation[] }
  /** The state of a resource was compared with what is there. */
  | { readonly type: 'refreshed'; readonly address: string }
  | { readonly type: 'started'; readonly address: string; readonly operation: Operation }
  | {
      readonly type: 'ended' | 'failed';
      readonly address: string;
      readonly operation: Operation;
      readonly elapsedSeconds: number;
    }
  | {
      readonly type: 'diagnostic';
      readonly severity: 'error' | 'warning';
      readonly summary: string;
      /** Lines of it, or empty. */
      readonly detail: string;
      readonly address?: string;
      /** `cdk.tf.json:12:5` */
      readonly place?: string;
    }
  /** A line for a reader: `Apply complete! Resources: 2 added, 0 changed, 0 destroyed.` */
  | { readonly type: 'message'; readonly text: string };

interface UiMessage {
  readonly type?: string;
  readonly '@message'?: string;
  readonly change?: UiChange;
  readonly hook?: UiChange & { readonly elapsed_seconds?: number };
  readonly diagnostic?: UiDiagnostic;
}

interface UiChange {
  readonly resource?: { readonly addr?: string };
  readonly action?: string;
}

interface UiDiagnostic {
  readonly severity?: string;
  readonly summary?: string;
  readonly detail?: string;
  readonly address?: string;
  readonly range?: { readonly filename: string; readonly start: { readonly line: number; readonly column: number } };
}

/** Undefined for what tells nothing new. A line that is no JSON is a message. */
export function readTerraformLine(line: string): TerraformEvent | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  const message = parse(text);
  if (message === undefined) return { type: 'message', text: line.trimEnd() };
  const { change, hook, diagnostic } = message;
  switch (message.type) {
    case 'planned_change':
      return { type: 'planned', address: addressOf(change), operations: operationsOf(change?.action) };
    case 'refresh_complete':
      return { type: 'refreshed', address: addressOf(hook) };
    case 'apply_start':
    case 'apply_complete':
    case 'apply_errored':
      return operationEvent(message.type, hook);
    case 'diagnostic':
      return diagnostic === undefined ? undefined : diagnosticEvent(diagnostic);
    case 'change_summary':
    case 'resource_drift':
    case 'log':
      return { type: 'message', text: message['@message'] ?? '' };
    default:
      return undefined;
  }
}

function parse(text: string): UiMessage | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const addressOf = (change: UiChange | undefined) => change?.resource?.addr ?? '';

function operationsOf(action: string | undefined): readonly Operation[] {
  if (action === 'replace') return ['delete', 'create'];
  return action === 'create' || action === 'update' || action === 'delete' ? [action] : [];
}

function operationEvent(type: string, hook: UiMessage['hook']): TerraformEvent | undefined {
  const [operation] = operationsOf(hook?.action);
  // Data sources are read.
  if (operation === undefined) return undefined;
  const address = addressOf(hook);
  if (type === 'apply_start') return { type: 'started', address, operation };
  const elapsedSeconds = hook?.elapsed_seconds ?? 0;
  return { type: type === 'apply_complete' ? 'ended' : 'failed', address, operation, elapsedSeconds };
}

function diagnosticEvent({ severity, summary = '', detail = '', address, range }: UiDiagnostic): TerraformEvent {
  return {
    type: 'diagnostic',
    severity: severity === 'warning' ? 'warning' : 'error',
    summary,
    detail: detail.trim(),
    ...(address !== undefined && { address }),
    ...(range !== undefined && { place: `${range.filename}:${range.start.line}:${range.start.column}` }),
  };
}
