import type { Rule } from '../rule';

export const checkFailed: Rule = {
  id: 'check-failed',
  severity: 'warning',
  title: 'A check of the configuration does not pass',
  explanation: 'A check block, a precondition or a postcondition says that something is not as it should be.',
  check: ({ plan }) =>
    plan.failedChecks.map(({ address, messages }) => ({
      address,
      message: messages.length === 0 ? 'it does not pass' : messages.join('; '),
      fix: 'do what its message says',
    })),
};
