import { type Protection, weakened } from '../protections';
import type { Rule } from '../rule';

export const imdsv2Weakened: Rule = {
  id: 'imdsv2-weakened',
  severity: 'blocked',
  title: 'Instance metadata no longer demands a session token (IMDSv2)',
  explanation: "With IMDSv1 a forged request through the host is enough to take the instance role's credentials.",
  check: (view) => weakened(view, protections, 'keep http_tokens = "required"'),
};

const protections: readonly Protection[] = [
  {
    types: ['aws_instance', 'aws_launch_template', 'aws_spot_instance_request'],
    path: ['metadata_options', 0, 'http_tokens'],
    isWeaker: (before, after) => before === 'required' && after !== 'required',
    loss: 'requests to instance metadata need no session token any more',
  },
];
