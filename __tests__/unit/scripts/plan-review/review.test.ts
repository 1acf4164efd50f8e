import * as fc from 'fast-check';
import { reviewPlan } from '../../../../scripts/plan-review/review';
import { rules } from '../../../../scripts/plan-review/rules';
import { describeActions } from '../../../../scripts/render/plan-review-text';
import { association, create, destroy, keep, lustre, planJson, replace, update } from './plan-builder';

const doomed = [destroy('aws_fsx_lustre_file_system.f', lustre)];

test('a plan in which nothing changes has no finding, whatever the resources', () => {
  const types = [
    'aws_fsx_lustre_file_system',
    'aws_fsx_data_repository_association',
    'aws_s3_bucket',
    'aws_s3_bucket_notification',
    'aws_s3_bucket_policy',
    'aws_security_group',
    'aws_iam_role_policy',
    'aws_instance',
    'aws_eip',
  ];
  const attributes = fc.dictionary(
    fc.constantFrom(...Object.keys({ ...lustre, ...association }), 'policy', 'ingress', 'bucket', 'force_destroy'),
    fc.oneof(
      fc.constantFrom(...Object.values({ ...lustre, ...association })),
      fc.constantFrom('/', 's3://market', '2.10', 'SCRATCH_1', '0.0.0.0/0', true, 8, null),
      fc.constant([{ cidr_blocks: ['0.0.0.0/0'], from_port: 22, to_port: 22 }]),
    ),
  );
  const resources = fc.array(fc.tuple(fc.constantFrom(...types), attributes), { maxLength: 12 });
  fc.assert(
    fc.property(resources, (all) => {
      const changes = all.map(([type, values], index) => keep(`${type}.r${index}`, values));
      const review = reviewPlan(planJson(changes, { region: 'nowhere-1' }));
      expect(review.findings).toEqual([]);
      expect(review.summary.verdict).toBe('clean');
      expect(review.operations.all).toEqual([]);
      expect(review.cost.before).toBe(review.cost.after);
    }),
  );
});

test('tells changes from blocked ones', () => {
  expect(reviewPlan(planJson([create('aws_vpc.v', {})])).summary.verdict).toBe('changes');
  expect(reviewPlan(planJson(doomed)).summary.verdict).toBe('blocked');
});

test('an output that changes is a change', () => {
  const document = { output_changes: { a: { actions: ['update'] } } };
  expect(reviewPlan(planJson([], { document })).summary.verdict).toBe('changes');
});

test('what comes into the state, or moves in it, is a change', () => {
  const vpc = keep('aws_vpc.v', {});
  const imported = { ...vpc, change: { ...vpc.change, importing: { id: 'vpc-1' } } };
  const moved = { ...keep('aws_subnet.s', {}), previous_address: 'aws_subnet.old' };
  const { summary } = reviewPlan(planJson([imported, moved]));
  expect(summary).toMatchObject({ verdict: 'changes', imported: 1, moved: 1 });
  expect(describeActions(summary)).toBe('1 to import, 1 to move');
  const refreshed = reviewPlan(planJson([vpc], { document: { applyable: true } })).summary;
  expect(refreshed.verdict).toBe('changes');
  expect(describeActions(refreshed)).toBe('no changes but to the state');
  expect(reviewPlan(planJson([vpc], { document: { applyable: false } })).summary.verdict).toBe('clean');
});

test('a rule is allowed by its name, and the finding stays to be seen', () => {
  const { summary, findings } = reviewPlan(planJson(doomed), { allow: ['file-system-deleted'] });
  expect(summary).toMatchObject({ verdict: 'changes', blocked: 0, allowed: 1 });
  expect(findings[0]).toMatchObject({ rule: 'file-system-deleted', allowed: true });
});

test('allowing one rule allows no other', () => {
  const both = [...doomed, destroy('aws_s3_bucket.b', {})];
  expect(reviewPlan(planJson(both), { allow: ['bucket-deleted'] }).summary).toMatchObject({
    verdict: 'blocked',
    blocked: 1,
  });
});

test('a name that no rule has is an error', () => {
  expect(() => reviewPlan(planJson([]), { allow: ['file-system-delete'] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_RULE', message: 'no rule is called file-system-delete' }),
  );
});

test('what blocks comes first', () => {
  const { findings } = reviewPlan(
    planJson([
      replace('aws_instance.i', { ami: 'a' }, { changes: { ami: 'b' } }),
      create('aws_fsx_lustre_file_system.n', lustre),
      ...doomed,
    ]),
  );
  expect(findings.map(({ severity }) => severity)).toEqual(['blocked', 'warning', 'info', 'info']);
});

test('counts managed resources only', () => {
  const read = {
    ...create('data.aws_ami.a', {}),
    mode: 'data',
    change: { ...create('data.aws_ami.a', {}).change, actions: ['read'] },
  };
  const { actions } = reviewPlan(planJson([read, update('aws_vpc.v', {}, { tags: {} })])).summary;
  expect(actions).toEqual({ create: 0, update: 1, replace: 0, delete: 0, forget: 0 });
});

test('rules have ids of their own, and sentences without a full stop', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, title } of rules) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(title).not.toMatch(/\.$/);
  }
});
