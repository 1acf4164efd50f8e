import { renderResources } from '../../../../scripts/render/resources';

test('resources are counted and named, a line a type', () => {
  const text = renderResources([
    { type: 'aws_vpc', name: 'network_vpc' },
    { type: 'aws_security_group', name: 'host' },
    { type: 'aws_security_group', name: 'lustre' },
  ]);
  expect(text).toBe(
    ['aws_vpc              1  network_vpc', 'aws_security_group   2  host, lustre', '3 resources', ''].join('\n'),
  );
});
