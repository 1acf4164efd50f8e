/** Lines as Terraform 1.11 prints them, with -json. */
import { readTerraformLine } from '../../../../scripts/plan-review/terraform-ui';

const resource = { addr: 'aws_vpc.v', module: '', resource: 'aws_vpc.v', resource_type: 'aws_vpc', resource_name: 'v' };
const line = (message: object) => JSON.stringify({ '@level': 'info', '@module': 'terraform.ui', ...message });

test.each<[string, object, object]>([
  [
    'a planned creation',
    { type: 'planned_change', change: { resource, action: 'create' } },
    { type: 'planned', address: 'aws_vpc.v', operations: ['create'] },
  ],
  [
    'a planned replacement: two operations',
    { type: 'planned_change', change: { resource, action: 'replace' } },
    { type: 'planned', address: 'aws_vpc.v', operations: ['delete', 'create'] },
  ],
  [
    'nothing planned',
    { type: 'planned_change', change: { resource, action: 'noop' } },
    { type: 'planned', address: 'aws_vpc.v', operations: [] },
  ],
  ['a refresh', { type: 'refresh_complete', hook: { resource } }, { type: 'refreshed', address: 'aws_vpc.v' }],
  [
    'a start',
    { type: 'apply_start', hook: { resource, action: 'delete' } },
    { type: 'started', address: 'aws_vpc.v', operation: 'delete' },
  ],
  [
    'an end',
    { type: 'apply_complete', hook: { resource, action: 'update', elapsed_seconds: 12 } },
    { type: 'ended', address: 'aws_vpc.v', operation: 'update', elapsedSeconds: 12 },
  ],
  [
    'a failure',
    { type: 'apply_errored', hook: { resource, action: 'create', elapsed_seconds: 3 } },
    { type: 'failed', address: 'aws_vpc.v', operation: 'create', elapsedSeconds: 3 },
  ],
  [
    'a summary',
    { type: 'change_summary', '@message': 'Plan: 1 to add, 0 to change, 0 to destroy.' },
    { type: 'message', text: 'Plan: 1 to add, 0 to change, 0 to destroy.' },
  ],
  [
    'a diagnostic',
    {
      type: 'diagnostic',
      diagnostic: {
        severity: 'error',
        summary: 'Instance cannot be destroyed',
        detail: 'It is protected.\n',
        address: 'aws_vpc.v',
        range: {
          filename: 'cdk.tf.json',
          start: { line: 12, column: 5, byte: 1 },
          end: { line: 12, column: 9, byte: 5 },
        },
      },
    },
    {
      type: 'diagnostic',
      severity: 'error',
      summary: 'Instance cannot be destroyed',
      detail: 'It is protected.',
      address: 'aws_vpc.v',
      place: 'cdk.tf.json:12:5',
    },
  ],
])('%s', (_what, message, event) => {
  expect(readTerraformLine(line(message))).toEqual(event);
});

test.each<[string, object]>([
  ['the version', { type: 'version', terraform: '1.11.4' }],
  ['the reading of a data source', { type: 'apply_start', hook: { resource, action: 'read' } }],
  ['a kind of a later version', { type: 'something_new' }],
])('%s is no event', (_what, message) => {
  expect(readTerraformLine(line(message))).toBeUndefined();
});

test('what is no JSON is a line for the reader', () => {
  expect(readTerraformLine('│ Warning: Unable to open CLI configuration file\n')).toEqual({
    type: 'message',
    text: '│ Warning: Unable to open CLI configuration file',
  });
  expect(readTerraformLine('{ not json')).toEqual({ type: 'message', text: '{ not json' });
  expect(readTerraformLine('  ')).toBeUndefined();
});
