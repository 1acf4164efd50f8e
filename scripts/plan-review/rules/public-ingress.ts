import { ingressTypes, isPublic, openingsOf } from '../ingress';
import type { Rule } from '../rule';

export const publicIngress: Rule = {
  id: 'public-ingress',
  severity: 'blocked',
  title: 'A port is opened to the internet',
  explanation:
    'Anyone may connect. Found in security groups, in rules of their own, and behind managed prefix lists; only what the plan newly opens.',
  check: (view) =>
    view.ofType(...ingressTypes).flatMap((change) => {
      const open = openingsOf(view, change, 'before').map(({ cidr, ports }) => `${cidr} ${ports}`);
      return openingsOf(view, change, 'after')
        .filter(({ cidr, ports }) => isPublic(cidr) && !open.includes(`${cidr} ${ports}`))
        .map(({ cidr, ports }) => ({
          address: change.address,
          message: `${ports} is opened to ${cidr}`,
          fix: 'name the networks that need it, or reach the host without any inbound port',
        }));
    }),
};
