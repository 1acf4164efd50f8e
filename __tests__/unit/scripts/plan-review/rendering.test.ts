import { type ReviewOptions, reviewPlan } from '../../../../scripts/plan-review/review';
import { rules } from '../../../../scripts/plan-review/rules';
import { renderReview } from '../../../../scripts/render/plan-review';
import { type BuiltChange, create, lustre, planJson, replace, update } from './plan-builder';

const options = { color: false, artifact: 'infra/my plan.json' };
const group = replace('aws_security_group.g', { id: 'sg-1', description: 'one' }, { changes: { description: 'two' } });
const doomed = [group, replace('aws_fsx_lustre_file_system.f', lustre, { unknown: ['security_group_ids'] })];
const review = (changes: readonly BuiltChange[] = doomed, reviewOptions: ReviewOptions = {}) =>
  reviewPlan(planJson(changes), reviewOptions);

describe('table', () => {
  test('shows the chain one step under the other, and how to allow it', () => {
    const text = renderReview(review(), 'table', options);
    expect(text).toContain(
      [
        `    the security group's description changes ("one" -> "two")`,
        '    -> the security group is replaced',
        '      -> the file system is replaced: all data on it is lost',
      ].join('\n'),
    );
    expect(text).toContain('--allow file-system-replaced');
  });

  test('is coloured only where asked', () => {
    const escapes = new RegExp(String.fromCharCode(27));
    expect(renderReview(review(), 'table', options)).not.toMatch(escapes);
    expect(renderReview(review(), 'table', { ...options, color: true })).toMatch(escapes);
  });

  test('what a plan names and says neither moves the cursor nor passes for a line of ours', () => {
    const address = 'module.\u001b[2J\u009b1A\u202e.aws_s3_bucket.b';
    const change = replace(address, { bucket: 'a' }, { changes: { bucket: 'c' } });
    const checks = [
      {
        address: { to_display: 'check.c' },
        status: 'fail',
        instances: [{ problems: [{ message: 'no\n\nMay be applied.\u001b[8m' }] }],
      },
    ];
    const text = renderReview(reviewPlan({ ...planJson([change]), checks }, {}), 'table', options);
    expect(text).toContain('module.\\u001b[2J\\u009b1A\\u202e.aws_s3_bucket.b');
    expect(['\u001b', '\u009b', '\u202e', '\nMay be applied'].filter((sign) => text.includes(sign))).toEqual([]);
    expect(text).toContain('\n      May be applied.\\u001b[8m');
  });

  test('a clean plan has nothing to apply', () => {
    expect(renderReview(review([]), 'table', options)).toBe('Plan: no changes\n\nNothing to apply.\n');
  });
});

describe('markdown', () => {
  test('has the chain in one line, and tables for operations and cost', () => {
    const text = renderReview(review(), 'markdown', options);
    expect(text).toMatch(
      /description changes .* → the security group is replaced → the file system is replaced: all data on it is lost/,
    );
    expect(text).toContain('| replace | `aws_fsx_lustre_file_system.f` | 15-25 min |');
    expect(text).toContain('$174.00');
  });

  test('values of a plan never become markup or mentions', () => {
    const hostile = '<img src=x> @everyone | [x](http://y) `code` \n# title';
    const change = replace('aws_s3_bucket.b', { bucket: 'a' }, { changes: { bucket: hostile } });
    const text = renderReview(review([change]), 'markdown', options);
    expect(text).not.toMatch(/(?<!\\)<img|@everyone|(?<!\\)\[x\]|^# title/m);
  });

  test('stays below what GitHub takes for a comment, and leaves out what blocks last', () => {
    const many = Array.from({ length: 400 }, (_, index) => index);
    const policy = (Action: readonly string[]) =>
      JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::b'] } });
    const widened = update(
      'aws_iam_policy.p',
      { policy: policy([]) },
      { policy: policy(many.map((n) => `s3:Get${n}`)) },
    );
    const volumes = many.map((n) =>
      create(`module.${'long_'.repeat(30)}.aws_ebs_volume.v${n}`, { size: 1, type: 'gp3' }),
    );
    const buckets = many.map((n) =>
      replace(`aws_s3_bucket.b${n}`, { bucket: `a${n}` }, { changes: { bucket: `c${n}` } }),
    );
    const checks = [
      {
        address: { to_display: 'check.c' },
        status: 'fail',
        instances: [{ problems: [{ message: 'x'.repeat(90_000) }] }],
      },
    ];
    const all = reviewPlan(planJson([widened, ...buckets, ...volumes, ...doomed], { document: { checks } }), {
      allow: ['bucket-replaced'],
    });
    const text = renderReview(all, 'markdown', options);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('**blocked** `file-system-replaced`');
    expect(text).toMatch(/And \d+ more: a comment has no room/);
    const blocking = renderReview(review([...buckets, ...doomed]), 'markdown', options);
    expect(blocking).toMatch(/And \d+ more, \d+ of them blocked/);
    const longest = renderReview(reviewPlan(planJson([], { document: { checks } })), 'markdown', options);
    expect(longest).toContain('**warning** `check-failed`');
  });
});

test('json is the review, with a version', () => {
  const json = JSON.parse(renderReview(review(), 'json', options));
  expect(json).toMatchObject({
    version: 1,
    summary: { verdict: 'blocked' },
    findings: [{ rule: 'file-system-replaced' }, {}],
  });
});

describe('sarif', () => {
  const log = (reviewOptions: ReviewOptions = {}) =>
    JSON.parse(renderReview(review(doomed, reviewOptions), 'sarif', options));

  test('has what SARIF 2.1.0 requires, and what code scanning reads', () => {
    const { version, $schema, runs } = log();
    expect(version).toBe('2.1.0');
    expect($schema).toContain('sarif-schema-2.1.0');
    const [run] = runs;
    expect(run.tool.driver.name).toBe('sluice');
    expect(run.tool.driver.rules).toHaveLength(rules.length);
    for (const rule of run.tool.driver.rules) expect(rule.shortDescription.text).toMatch(/\.$/);
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      expect(result.locations[0].physicalLocation).toEqual({
        artifactLocation: { uri: 'infra/my%20plan.json' },
        region: { startLine: 1 },
      });
    }
  });

  test('what was allowed is suppressed, and nothing else', () => {
    const results = log({ allow: ['file-system-replaced'] }).runs[0].results;
    const suppressed = results.filter((result: { suppressions?: unknown }) => result.suppressions !== undefined);
    expect(suppressed.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(['file-system-replaced']);
    expect(log().runs[0].results[0].suppressions).toBeUndefined();
  });
});

test('a plan that Terraform could not finish offers nothing to allow', () => {
  const errored = reviewPlan(planJson([create('aws_vpc.v', {}), ...doomed], { document: { errored: true } }));
  expect(renderReview(errored, 'table', options)).not.toContain('--allow');
});
