/** Words of a plan's that every JavaScript object answers to: types, modules and values may be called so. */
import { reviewPlan } from '../../../../scripts/plan-review/review';
import { planJson } from './plan-builder';

describe.each(['constructor', 'toString', '__proto__'])('%s', (name) => {
  test.each(['create', 'update', 'delete', 'delete create'])('a type of resource: %s', (written) => {
    const actions = written.split(' ');
    const [before, after] = [actions.includes('delete') ? { id: 'a' } : null, { id: 'b' }];
    const change = { actions, before, after, after_unknown: {}, replace_paths: [['id']] };
    const { operations, cost } = reviewPlan(planJson([{ address: `${name}.one`, type: name, change }]));
    expect(operations.all).toMatchObject([{ type: name, duration: undefined }]);
    expect(cost.lines).toEqual([]);
  });

  test.each([
    ['aws_instance', { instance_type: name }],
    ['aws_ebs_volume', { type: name, size: 8 }],
  ])('a value that prices go by: %s', (type, after) => {
    const change = { actions: ['create'], before: null, after, after_unknown: {} };
    const { cost } = reviewPlan(planJson([{ address: `${type}.one`, type, change }]));
    expect(cost.lines).toMatchObject([{ after: undefined }]);
  });

  test('a module, its input and its output', () => {
    const inner = { address: 'aws_eip.a', expressions: { instance: { references: [`var.${name}`] } } };
    const outer = { address: 'aws_eip.b', expressions: { instance: { references: [`module.${name}.${name}`] } } };
    const root_module = {
      resources: [{ ...outer, depends_on: [`module.${name}`] }],
      module_calls: { other: { module: { resources: [inner] } } },
    };
    const change = { actions: ['delete', 'create'], before: { instance: 'i' }, after: {}, after_unknown: {} };
    const changes = ['aws_eip.b', 'module.other.aws_eip.a'].map((address) => ({
      address,
      type: 'aws_eip',
      change: { ...change, replace_paths: [['instance']] },
    }));
    const { findings } = reviewPlan(planJson(changes, { document: { configuration: { root_module } } }));
    expect(findings.map(({ rule, address }) => [rule, address])).toEqual(
      changes.map(({ address }) => ['address-released', address]),
    );
  });
});
