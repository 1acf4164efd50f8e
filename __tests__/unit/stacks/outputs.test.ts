import { type Outputs, OutputsError, parseOutputs } from '../../../stacks/outputs';

const outputs: Outputs = {
  name: 'market-data',
  region: 'us-east-1',
  file_system: {
    id: 'fs-0123456789abcdef0',
    dns_name: 'fs-0123456789abcdef0.fsx.us-east-1.amazonaws.com',
    mount_name: 'd9add727',
    lustre_version: '2.12',
    port: 988,
  },
  associations: [{ id: 'dra-01', file_system_path: '/nasdaq', data_repository_path: 's3://example/nasdaq' }],
  buckets: ['example'],
  log_group: '/aws/fsx/market-data',
  hosts: [
    {
      name: 'sluice-market-data-host',
      instance_id: 'i-01',
      address: '203.0.113.9',
      private_address: '10.20.0.4',
      username: 'ec2-user',
    },
  ],
};

/** As `terraform output -json` prints it. */
function printed(values: object): object {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { sensitive: false, type: 'string', value }]),
  );
}

function errorOf(json: unknown): OutputsError {
  try {
    parseOutputs(json);
  } catch (error) {
    if (error instanceof OutputsError) return error;
  }
  throw new Error('no OutputsError');
}

test('what Terraform prints is what the stack wrote', () => {
  expect(parseOutputs(printed(outputs))).toEqual(outputs);
});

test('outputs of others are ignored', () => {
  expect(parseOutputs(printed({ ...outputs, alarm_topic: 'arn' }))).toEqual(outputs);
});

test('every missing and every wrong output is named', () => {
  const { file_system: _, ...rest } = outputs;
  const { problems, hint } = errorOf(printed({ ...rest, region: 5, hosts: [] }));
  expect(problems).toHaveLength(3);
  expect(problems).toEqual(
    expect.arrayContaining([
      'output "file_system" is missing',
      expect.stringMatching(/^output "region" is wrong: .*string/),
      expect.stringMatching(/^output "hosts" is wrong: /),
    ]),
  );
  expect(hint).toContain('npx sluice plan, then npx sluice apply');
});

test('the place inside an output is named', () => {
  const { problems } = errorOf(
    printed({ ...outputs, file_system: { ...outputs.file_system, mount_name: 'longer-than-eight' } }),
  );
  expect(problems).toEqual([expect.stringMatching(/^output "file_system.mount_name" is wrong: /)]);
});

test('a stack that was never applied is told apart', () => {
  const { problems, hint } = errorOf({});
  expect(problems).toEqual(['there is no output at all']);
  expect(hint).toContain('npx sluice plan, then npx sluice apply');
});

test.each([[null], [[]], ['text'], [outputs]])('%j is not what Terraform prints', (json) => {
  expect(errorOf(json).problems).toEqual(['expected {"name": {"value": ...}}']);
});
