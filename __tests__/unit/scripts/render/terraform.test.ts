/** Terraform at work, as it is shown. */
import { renderTerraform } from '../../../../scripts/render/terraform';
import { fakeContext } from '../../../helpers/fake-context';

const fileSystem = 'aws_fsx_lustre_file_system.file_system';
const association = 'aws_fsx_data_repository_association.nasdaq["a.b"]';

const planned = (addr: string, action: string) => ({ type: 'planned_change', change: { resource: { addr }, action } });
const hook = (type: string, addr: string, action: string, elapsed_seconds = 0) => ({
  type,
  hook: { resource: { addr }, action, elapsed_seconds },
});

/** By a clock that the test moves. */
function rendered({ isTTY = false } = {}) {
  const { context, stdout } = fakeContext({ isTTY });
  let nowMs = 0;
  const view = renderTerraform(context.stdout, { phases: ['plan', 'apply'], color: false, clock: () => nowMs });
  return {
    view,
    say: (...messages: object[]) => {
      for (const message of messages) view.line(JSON.stringify(message));
    },
    pass: (minutes: number) => {
      nowMs += minutes * 60_000;
    },
    stdout,
    /** What is drawn on the terminal now. */
    drawn: () => stdout().split('\x1b[J').at(-1),
  };
}

test('a plan: what was compared, and what is planned', () => {
  const { view, say, drawn } = rendered({ isTTY: true });
  view.phase('plan');
  say(hook('refresh_complete', 'aws_vpc.v', ''), planned('aws_vpc.v', 'update'), planned('aws_subnet.s', 'replace'));
  expect(drawn()).toBe('▸ plan 0.0s  · apply\n1 compared with AWS  3 changes planned');
  view.finish();
});

test('an apply: what is under way, for how long, and how much longer it usually takes', () => {
  const { view, say, pass, drawn, stdout } = rendered({ isTTY: true });
  view.phase('apply');
  say(planned('aws_vpc.v', 'create'), planned(fileSystem, 'create'), planned(association, 'create'));
  say(hook('apply_start', 'aws_vpc.v', 'create'), hook('apply_complete', 'aws_vpc.v', 'create', 2));
  say(hook('apply_start', fileSystem, 'create'));
  pass(4);
  // Nothing new is said; what is drawn goes on with the time.
  view.line(JSON.stringify(hook('apply_progress', fileSystem, 'create', 240)));
  expect(stdout()).toContain('created aws_vpc.v 2.0s\n');
  expect(drawn()).toBe(
    `· plan  ▸ apply 4m 00s\n████████░░░░░░░░░░░░░░░░  33%  1 of 3 changes  usually 14-21 min left\n${fileSystem}: creating, 4m 00s of usually 10-15 min`,
  );
  pass(10);
  say(hook('apply_complete', fileSystem, 'create', 840), hook('apply_start', association, 'create'));
  pass(20);
  view.line(JSON.stringify(hook('apply_progress', association, 'create', 1200)));
  // Longer than it usually takes: the least that is left is not known to be over.
  expect(drawn()).toContain('2 of 3 changes  usually 0-1 min left');
  say(hook('apply_complete', association, 'create', 1200));
  expect(drawn()).toContain('100%  3 of 3 changes');
  expect(drawn()).not.toContain('left');
  view.finish();
});

test('without a terminal: a line a phase, a change and a message; errors with their place', () => {
  const { view, say, stdout } = rendered();
  view.phase('apply');
  say(planned('aws_vpc.v', 'create'), hook('apply_start', 'aws_vpc.v', 'create'));
  say(hook('apply_errored', 'aws_vpc.v', 'create', 3), {
    type: 'diagnostic',
    diagnostic: {
      severity: 'error',
      summary: 'creating EC2 VPC: VpcLimitExceeded',
      detail: 'The maximum\nhas been reached.',
      address: 'aws_vpc.v',
      range: { filename: 'cdk.tf.json', start: { line: 4, column: 7 } },
    },
  });
  view.line('a warning without JSON');
  view.finish();
  expect(stdout()).toBe(`apply
failed creating aws_vpc.v
error: creating EC2 VPC: VpcLimitExceeded
  with aws_vpc.v, at cdk.tf.json:4:7
  The maximum
  has been reached.
a warning without JSON
`);
});

test('names cannot write to the terminal', () => {
  const { view, say, stdout } = rendered();
  view.phase('apply');
  say(hook('apply_complete', 'aws_vpc.v["\x1b[2J"]', 'create', 1));
  expect(stdout()).not.toContain('\x1b');
});
