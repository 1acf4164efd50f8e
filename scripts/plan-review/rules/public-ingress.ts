import { describePorts, ingressTypes, newlyPublic } from '../ingress';
import type { Rule } from '../rule';

export const publicIngress: Rule = {
  id: 'public-ingress',
  severity: 'blocked',
  title: 'A port is opened to the internet',
  explanation:
    'Anyone may connect. Found in security groups, in rules of their own, and behind managed prefix lists; only what the plan newly opens.',
  check: (view) =>
    view.ofType(...ingressTypes).flatMap((change) =>
      newlyPublic(view, change).map((opening) => ({
        address: change.address,
        message: `${describePorts(opening)} is opened to ${opening.cidr}`,
        fix: 'name the networks that need it, or reach the host without any inbound port',
      })),
    ),
};
