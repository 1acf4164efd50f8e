/** What a rule is. Each is a file of rules/; `rules.ts` lists them. */

import type { Chain } from './causes';
import type { PlanView } from './plan-view';

/** `blocked`: the plan must not be applied unless the rule is allowed by name. */
export type Severity = 'blocked' | 'warning' | 'info';

export interface Hit {
  /** The resource, as Terraform addresses it; '' for the plan as a whole. */
  readonly address: string;
  /** What is the matter here, a sentence without its full stop. */
  readonly message: string;
  /** What to do about it, a sentence without its full stop. */
  readonly fix: string;
  /** How it comes about, where something else causes it. */
  readonly chains?: readonly Chain[];
}

export interface Rule {
  /** Stable, kebab-case: what `--allow` takes. */
  readonly id: string;
  readonly severity: Severity;
  /** A few plain words: what is found. */
  readonly title: string;
  /** Why it matters, one or two sentences. */
  readonly explanation: string;
  readonly check: (view: PlanView) => readonly Hit[];
}
