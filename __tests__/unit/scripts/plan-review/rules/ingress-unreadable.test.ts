import { ingressUnreadable } from '../../../../../scripts/plan-review/rules/ingress-unreadable';
import { change, create, found } from '../plan-builder';

const ports = { from_port: 22, to_port: 22, protocol: 'tcp' };
const inline = (unknown: object) =>
  change('aws_security_group.a', ['create'], { after: { ingress: [ports] }, after_unknown: { ingress: [unknown] } });

test('finds networks that are not known yet', () => {
  const rule = create('aws_security_group_rule.b', { type: 'ingress', ...ports }, ['cidr_blocks']);
  const apart = create('aws_vpc_security_group_ingress_rule.c', ports, ['cidr_ipv4']);
  const whole = create('aws_security_group.d', {}, ['ingress']);
  const references = { [whole.address]: { ingress: ['aws_eip.e'] } };
  expect(found(ingressUnreadable, [inline({ cidr_blocks: [true] }), rule, apart, whole], { references })).toEqual([
    'aws_security_group.a',
    'aws_security_group.d',
    'aws_security_group_rule.b',
    'aws_vpc_security_group_ingress_rule.c',
  ]);
});

test('is silent on other unknowns, on egress, and on rules left to AWS', () => {
  const egress = create('aws_security_group_rule.b', { type: 'egress', ...ports }, ['cidr_blocks']);
  const group = create('aws_security_group.d', {}, ['ingress', 'id']);
  expect(found(ingressUnreadable, [inline({ security_groups: [true] }), egress, group])).toEqual([]);
});
