/** What was reviewed is what is applied: whatever moved since it was read is found, around a stand-in for Terraform. */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { destroyable, useStandInCommands } from './stand-in-commands';

const { inFolder, terraform, sluice } = useStandInCommands({ config: destroyable });

async function refusal(...args: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await sluice(args);
  expect(exitCode).toBe(5);
  expect(terraform().calls()).not.toContain('apply');
  return stderr;
}

const subjects = [
  ['the configuration', 'plan', 'migration.yaml', /the configuration changed/],
  ['the stack', 'plan', 'cdktf.out/stacks/market-data/cdk.tf.json', /the synthesized stack changed/],
  ['the plan file', 'show', '.sluice/market-data/tfplan', /the plan file is another one/],
] as const;

test.each(subjects)('%s that moved after the review is not applied', async (_, __, file, message) => {
  await sluice(['plan']);
  appendFileSync(inFolder(file), '#');
  expect(await refusal('apply')).toMatch(message);
});

test('a stack that was synthesized anew meanwhile is the one that was reviewed', async () => {
  const instances = [{ attributes: { arn: 'arn:aws:iam::111122223333:role/r' } }];
  terraform().setState({
    serial: 3,
    lineage: 'l',
    resources: [{ mode: 'managed', type: 'aws_iam_role', name: 'r', instances }],
  });
  await sluice(['plan']);
  const stackFile = inFolder('cdktf.out/stacks/market-data/cdk.tf.json');
  const planned = readFileSync(stackFile, 'utf8');
  expect(planned).toContain('"allowed_account_ids"');
  await sluice(['synth']);
  expect(readFileSync(stackFile, 'utf8')).not.toBe(planned);
  expect(await sluice(['apply'])).toMatchObject({ exitCode: 0 });
});

test.each(subjects)('%s that moved during terraform %s is not applied', async (_, command, file, message) => {
  terraform().meanwhile(command, inFolder(file));
  expect(await sluice(['plan'])).toMatchObject({ exitCode: 2 });
  expect(await refusal('apply')).toMatch(message);
});

test('a plan file that another run writes while apply looks at the state is not applied', async () => {
  await sluice(['plan']);
  terraform().meanwhile('state', inFolder('.sluice/market-data/tfplan'));
  expect(await sluice(['apply'])).toMatchObject({ exitCode: 0 });
  expect(terraform().applied()).toBe('a plan file');
  expect(readdirSync(inFolder('.sluice/market-data')).filter((name) => name.startsWith('tfplan'))).toEqual([]);
});

test('a state that moved is not applied to', async () => {
  terraform().setState({ lineage: 'a', serial: 3 });
  await sluice(['plan']);
  terraform().setState({ lineage: 'a', serial: 4 });
  expect(await refusal('apply')).toContain('the state moved from serial 3 to 4');
});

test('a destruction whose plan moved after its review is not applied', async () => {
  const resources = [{ mode: 'managed', type: 'aws_vpc', name: 'v', instances: [{ attributes: { id: 'vpc-1' } }] }];
  terraform().setState({ lineage: 'a', serial: 3, resources });
  terraform().meanwhile('show', inFolder('.sluice/market-data/destroy.tfplan'));
  expect(await refusal('destroy', '--abandon-unexported', '--yes')).toContain('the plan file is another one');
});
