/** What `plan`, `apply` and `destroy` do where an apply could not save its state, around a stand-in for Terraform. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { destroyable, useStandInCommands } from './stand-in-commands';

const { inFolder, terraform, sluice } = useStandInCommands();

const stack = 'cdktf.out/stacks/market-data';
const resourcesOf = (id: string) => [
  { mode: 'managed', type: 'aws_vpc', name: 'v', provider: 'p', instances: [{ attributes: { id } }] },
];
const state = (serial: number, lineage = 'first', id = 'vpc-1') => ({ serial, lineage, resources: resourcesOf(id) });
const nothing = { serial: 0, lineage: '', resources: [] };

/** As Terraform leaves it. */
function couldNotSave(left: object, folder = stack): void {
  const file = inFolder(`${folder}/errored.tfstate`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(left));
}

const push = (folder: string) =>
  new RegExp(`fix: \\S+ -chdir=\\S+${folder} state push errored\\.tfstate; .* force-unlock `);

describe('a state that could not be saved', () => {
  test.each([
    ['nothing', nothing, state(0, '')],
    ['an earlier one', state(7), state(9)],
  ])('with %s in use nothing is planned, applied or destroyed', async (_, inUse, left) => {
    writeFileSync(inFolder('migration.yaml'), destroyable);
    terraform().setState(inUse);
    await sluice(['plan']);
    const before = terraform().calls().length;
    couldNotSave(left);
    for (const args of [['apply'], ['plan'], ['destroy', '--abandon-unexported', '--yes']])
      expect(await sluice(args)).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(push(stack)) });
    expect(terraform().calls().slice(before)).toEqual(['state', 'state', 'state']);
  });

  test.each([
    ['pushed', state(9), state(9)],
    ['pushed, and moved on since', state(12), state(9)],
    ['the first one, pushed without a lineage', state(1, ''), state(0, '')],
    ['the first one, pushed and given a lineage', state(1, 'new'), state(0, '')],
  ])("%s: it is in nobody's way", async (_, inUse, left) => {
    terraform().setState(inUse);
    couldNotSave(left);
    expect((await sluice(['plan'])).exitCode).toBe(2);
    expect((await sluice(['apply'])).exitCode).toBe(0);
  });

  test.each([
    ['of another lineage', state(9, 'second', 'vpc-2'), state(9)],
    ['begun anew after the very first was not saved', state(3, 'second', 'vpc-2'), state(0, '')],
  ])('a state in use that is %s is not to be pushed over', async (_, inUse, left) => {
    terraform().setState(inUse);
    couldNotSave(left);
    const { exitCode, stderr } = await sluice(['plan']);
    expect([exitCode, stderr]).toEqual([
      5,
      expect.stringMatching(/the state in use is another one .*\n {2}fix: find out/),
    ]);
  });

  test('one that is cut off is told, not passed over', async () => {
    couldNotSave({});
    writeFileSync(inFolder(`${stack}/errored.tfstate`), '{"serial": 3, "line');
    expect(await sluice(['plan'])).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('cannot be read: ') });
  });

  test('of a destroy it is beside what that ran on', async () => {
    writeFileSync(inFolder('migration.yaml'), destroyable);
    terraform().setState(state(9));
    couldNotSave(state(10), 'cdktf.out/teardown/market-data');
    expect(await sluice(['destroy', '--abandon-unexported', '--yes'])).toMatchObject({
      exitCode: 5,
      stderr: expect.stringMatching(push('cdktf.out/teardown/market-data')),
    });
    expect(terraform().calls()).not.toContain('plan');
  });

  test('the apply that leaves it names the command with the folder, which Terraform does not', async () => {
    await sluice(['plan']);
    terraform().will('fail', 'apply', 'the state has been written to the file "errored.tfstate"');
    expect(await sluice(['apply'])).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(push(stack)) });
  });
});
