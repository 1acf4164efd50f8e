/** What `sluice plan` says where the state of what is built is another one, around a stand-in for Terraform. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { FSxClient } from '@aws-sdk/client-fsx';
import { configText } from '../../helpers/config-text';
import { useStandInCommands } from './stand-in-commands';

const { inFolder, terraform, sluice } = useStandInCommands();
const plan = () => sluice(['plan']);

afterEach(() => jest.restoreAllMocks());

test('of a migration that was built under another name it warns', async () => {
  const attributes = { data_repository_path: 's3://example-market-data/nasdaq' };
  const association = {
    mode: 'managed',
    type: 'aws_fsx_data_repository_association',
    name: 'a',
    instances: [{ attributes }],
  };
  mkdirSync(inFolder('.sluice/old'), { recursive: true });
  writeFileSync(inFolder('.sluice/old/terraform.tfstate'), JSON.stringify({ resources: [association] }));
  const { exitCode, stderr } = await plan();
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^warning: \.sluice\/old has .*\n {2}fix: write name: old /m);
});

describe('where FSx has the file system of the migration', () => {
  const tags = { project: 'sluice', migration: 'market-data' };
  const fsxHas = (migration: string, lifecycle = 'AVAILABLE') => {
    const Tags = Object.entries({ ...tags, migration }).map(([Key, Value]) => ({ Key, Value }));
    const FileSystems = [{ FileSystemId: 'fs-1', Lifecycle: lifecycle, Tags }];
    const answer = async () => ({ FileSystems });
    return jest.spyOn(FSxClient.prototype, 'send').mockImplementation(answer);
  };
  const inBucket = () =>
    writeFileSync(inFolder('migration.yaml'), configText({ state: 'state: { s3: { bucket: example-state } }' }));
  const stateOf = (...types: readonly string[]) => ({
    serial: 1,
    lineage: 'l',
    resources: types.map((type) => ({ mode: 'managed', type, name: 'r', instances: [{ attributes: {} }] })),
  });

  test.each([
    ['no state', undefined],
    ['a state without it', stateOf('aws_vpc')],
  ])('%s in the bucket is told: the plan would build a second one', async (_, state) => {
    inBucket();
    fsxHas('market-data');
    if (state !== undefined) terraform().setState(state);
    expect((await plan()).stderr).toMatch(
      /^warning: fs-1 is of this migration, and the state s3:\/\/example-state\/sluice\/market-data\/terraform\.tfstate does not have it: .*\n {2}fix: .*doctor aws/m,
    );
  });

  test('nothing is told of that of another migration, of one that goes, nor where FSx does not answer', async () => {
    inBucket();
    fsxHas('another');
    expect((await plan()).stderr).not.toContain('warning');
    fsxHas('market-data', 'DELETING');
    expect((await plan()).stderr).not.toContain('warning');
    fsxHas('market-data').mockImplementation(() => Promise.reject(new Error('no')));
    expect(await plan()).toMatchObject({ exitCode: 2, stderr: expect.not.stringContaining('warning') });
  });

  test('FSx is not asked where the state has one', async () => {
    inBucket();
    const asked = fsxHas('market-data');
    terraform().setState(stateOf('aws_fsx_lustre_file_system'));
    expect((await plan()).stderr).not.toContain('warning');
    expect(asked).not.toHaveBeenCalled();
  });
});

test('a state that is kept elsewhere from now on is to be taken along, not left behind', async () => {
  terraform().will('fail', 'init', 'Backend configuration changed: "init -migrate-state", or "init -reconfigure"');
  const { exitCode, stderr } = await plan();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /\n {2}fix: take the state along: \S+ -chdir=\S+market-data init -migrate-state; -reconfigure leaves it/,
  );
});

test('of any other failure to initialize, Terraform says what to do', async () => {
  terraform().will('fail', 'init');
  expect((await plan()).stderr).toMatch(/as the test wants it\n {2}fix: do what \S+ says above/);
});

test('of a lock that a crash left behind the command is told, with its folder and the ID', async () => {
  const id = '5bc8ed35-9a9b-686e-52d0-b0e13bd1ef0c';
  const summary = 'Error acquiring the state lock';
  const detail = `StatusCode: 412, RequestID: 7ME5ItYuFMv6LWz5\nLock Info:\n  ID:        ${id}\n  Path:      a/b`;
  const said = JSON.stringify({
    type: 'diagnostic',
    '@message': summary,
    diagnostic: { severity: 'error', summary, detail },
  });
  terraform().will('fail', 'plan', said);
  const { exitCode, stderr } = await plan();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`\\n {2}fix: wait until .* \\S+ -chdir=\\S+market-data force-unlock ${id}, then again\\n$`),
  );
});
