import { reviewPlan } from '../../../../scripts/plan-review/review';
import { association, create, lustre, planJson } from './plan-builder';

const fileSystem = create('aws_fsx_lustre_file_system.f', lustre);
const associations = ['a', 'b', 'c'].map((name) => create(`aws_fsx_data_repository_association.${name}`, association));
const [a, b, c] = associations.map(({ address }) => address);

test('what waits for each other adds up', () => {
  const dependsOn = { [a!]: [fileSystem.address], [b!]: [a!], [c!]: [b!] };
  const { operations } = reviewPlan(planJson([fileSystem, ...associations], { dependsOn }));
  expect(operations).toMatchObject({ leastMinutes: 10 + 3 * 8, mostMinutes: 15 + 3 * 10 });
});

test('what runs side by side does not', () => {
  const { operations } = reviewPlan(planJson([fileSystem, ...associations]));
  expect(operations).toMatchObject({ leastMinutes: 10, mostMinutes: 15 });
});

test('the way leads through resources that take no time, and through modules', () => {
  const dependsOn = { 'aws_vpc.v': [fileSystem.address], [a!]: ['aws_vpc.v'] };
  const { operations } = reviewPlan(planJson([fileSystem, create('aws_vpc.v', {}), associations[0]!], { dependsOn }));
  expect(operations).toMatchObject({ leastMinutes: 18, mostMinutes: 25 });
});

test('depends_on of a module waits for everything in it', () => {
  const configuration = {
    root_module: {
      module_calls: { storage: { module: { resources: [{ address: 'aws_fsx_lustre_file_system.f' }] } } },
      resources: [{ address: a, depends_on: ['module.storage'] }],
    },
  };
  const inner = create('module.storage.aws_fsx_lustre_file_system.f', lustre);
  const { operations } = reviewPlan(planJson([inner, associations[0]!], { document: { configuration } }));
  expect(operations).toMatchObject({ leastMinutes: 18, mostMinutes: 25 });
});
