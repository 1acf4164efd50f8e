import { addressReleased } from '../../../../../scripts/plan-review/rules/address-released';
import { check, create, destroy } from '../plan-builder';

test('names the address that is given back', () => {
  const hits = check(addressReleased, [destroy('aws_eip.a', { public_ip: '198.51.100.7' }), create('aws_eip.b', {})]);
  expect(hits).toHaveLength(1);
  expect(hits[0]?.message).toContain('198.51.100.7');
});
