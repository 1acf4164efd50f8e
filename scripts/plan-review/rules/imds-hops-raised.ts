import { lessProtected } from '../protections';
import type { Rule } from '../rule';
import { numberAt } from '../values';

export const imdsHopsRaised: Rule = {
  id: 'imds-hops-raised',
  severity: 'warning',
  title: 'Instance metadata can be read from further away',
  explanation:
    "With one hop the token stays on the instance. With more, containers and whatever forwards packets on it get the credentials of the instance's role.",
  check: (view) =>
    lessProtected(view, hopLimit).map((change) => ({
      address: change.address,
      message: `a token of instance metadata goes over more hops (${hopsOf(change.before)} -> ${hopsOf(change.after)})`,
      fix: 'keep http_put_response_hop_limit = 1, unless a container needs the role of the instance',
    })),
};

const path = ['metadata_options', 0, 'http_put_response_hop_limit'] as const;

/** EC2's own default is 1. */
const hopsOf = (attributes: unknown) => numberAt(attributes, ...path) || 1;

const hopLimit = {
  types: ['aws_instance', 'aws_launch_template', 'aws_spot_instance_request'],
  path,
  isWeaker: (before: unknown, after: unknown) => (Number(after) || 1) > (Number(before) || 1),
};
