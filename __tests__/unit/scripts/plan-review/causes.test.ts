import { readPlan } from '../../../../scripts/plan-review/plan-json';
import { viewOf } from '../../../../scripts/plan-review/plan-view';
import { type BuiltChange, type Configured, create, destroy, lustre, planJson, replace, update } from './plan-builder';

/** Chains to the last of the changes. */
function chains(changes: readonly BuiltChange[], configured: Configured = {}) {
  const view = viewOf(readPlan(planJson(changes, configured)));
  return view.chainsTo(view.resources.at(-1)!);
}

const group = replace('aws_security_group.g', { id: 'sg-1', name: 'one' }, { changes: { name: 'two' } });
const fileSystem = (address = 'aws_fsx_lustre_file_system.f') =>
  replace(address, lustre, { unknown: ['security_group_ids'] });
const viaGroup = [
  `the security group's name changes ("one" -> "two")`,
  'the security group is replaced',
  'the file system is replaced',
];

test('without a reference, as behind a local, values lead on', () => {
  expect(chains([group, fileSystem()])).toEqual([viaGroup]);
});

test('buckets of one name are not the cause of each other; what the name comes from is', () => {
  const buckets = ['a', 'b', 'c'].map((name) =>
    replace(`aws_s3_bucket.${name}`, { bucket: 'one' }, { changes: { bucket: 'two' } }),
  );
  expect(chains(buckets)).toEqual([
    [`the bucket aws_s3_bucket.c's bucket changes ("one" -> "two")`, 'the bucket aws_s3_bucket.c is replaced'],
  ]);
  const name = replace('random_pet.name', { id: 'one', length: 2 }, { changes: { length: 3 } });
  expect(chains([name, ...buckets])[0]).toContain("the pet's length changes (2 -> 3)");
});

test('references go through modules: into one by its inputs, out of one by its outputs', () => {
  const configuration = {
    root_module: {
      module_calls: {
        network: {
          module: {
            outputs: { group_id: { expression: { references: ['aws_security_group.g.id', 'aws_security_group.g'] } } },
            resources: [{ address: 'aws_security_group.g' }],
          },
        },
        storage: {
          expressions: { groups: { references: ['module.network.group_id', 'module.network'] } },
          module: {
            resources: [
              {
                address: 'aws_fsx_lustre_file_system.f',
                expressions: { security_group_ids: { references: ['var.groups'] } },
              },
            ],
          },
        },
      },
    },
  };
  const inner = replace('module.network.aws_security_group.g', { name: 'one' }, { changes: { name: 'two' } });
  const outer = replace('module.storage.aws_fsx_lustre_file_system.f', {}, { unknown: ['security_group_ids'] });
  expect(chains([inner, outer], { document: { configuration } })).toEqual([viaGroup]);
});

test('an instance of for_each follows the instance of the same key', () => {
  const [one, two] = ['a', 'b'].map((key) =>
    replace(`aws_s3_bucket.b["${key}"]`, { bucket: key }, { changes: { bucket: `${key}2` } }),
  );
  const follower = replace('aws_fsx_data_repository_association.d["b"]', {}, { unknown: ['data_repository_path'] });
  const references = {
    'aws_fsx_data_repository_association.d': { data_repository_path: ['aws_s3_bucket.b', 'each.key'] },
  };
  expect(chains([one!, two!, follower], { references })).toEqual([
    [
      `the bucket aws_s3_bucket.b["b"]'s bucket changes ("b" -> "b2")`,
      'the bucket aws_s3_bucket.b["b"] is replaced',
      'the association is replaced',
    ],
  ]);
});

test('a replaced resource is the cause, not one that is created beside it', () => {
  const another = create('aws_security_group.new', {}, ['id']);
  const references = {
    'aws_fsx_lustre_file_system.f': { security_group_ids: ['aws_security_group.new.id', 'aws_security_group.g.id'] },
  };
  expect(chains([group, another, fileSystem()], { references })[0]?.at(-2)).toContain(
    'aws_security_group.g is replaced',
  );
});

test('a resource that is created, or a data source read late, is a first cause', () => {
  const references = { 'aws_fsx_lustre_file_system.f': { security_group_ids: ['aws_security_group.new.id'] } };
  expect(chains([create('aws_security_group.new', {}, ['id']), fileSystem()], { references })).toEqual([
    ['the security group is created', 'the file system is replaced'],
  ]);
});

test('a change in place upstream does not explain a value that is known', () => {
  const references = { 'aws_s3_bucket.b': { bucket: ['aws_vpc.v.tags'] } };
  const bucket = replace('aws_s3_bucket.b', { bucket: 'one' }, { changes: { bucket: 'two' } });
  expect(chains([update('aws_vpc.v', {}, { tags: {} }), bucket], { references })).toEqual([
    [`the bucket's bucket changes ("one" -> "two")`, 'the bucket is replaced'],
  ]);
});

test.each([
  ['replace_because_tainted', /tainted/],
  ['replace_by_request', /-replace=aws_eip.a/],
  ['replace_by_triggers', /replace_triggered_by/],
])('passes on %s', (reason, message) => {
  expect(chains([replace('aws_eip.a', {}, { reason })])[0]?.[0]).toMatch(message);
});

test('a deletion has its reason', () => {
  expect(chains([destroy('aws_eip.a')])[0]).toEqual([
    'the Elastic IP address is no longer in the configuration',
    'the Elastic IP address is deleted',
  ]);
});

test('resources that refer to each other end a chain', () => {
  const [a, b] = ['a', 'b'].map((name) => replace(`aws_eip.${name}`, {}, { unknown: ['tags'] }));
  const references = { 'aws_eip.a': { tags: ['aws_eip.b.id'] }, 'aws_eip.b': { tags: ['aws_eip.a.id'] } };
  expect(chains([a!, b!], { references })).toHaveLength(1);
});

test('sensitive values stay hidden', () => {
  const change = replace('aws_eip.a', { password: 'before' }, { changes: { password: 'hunter2' } });
  const hidden = { ...change, change: { ...change.change, after_sensitive: { password: true } } };
  expect(JSON.stringify(chains([hidden]))).not.toMatch(/before|hunter2/);
});
