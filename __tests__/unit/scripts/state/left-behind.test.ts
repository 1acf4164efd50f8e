import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftBehindNote } from '../../../../scripts/state/left-behind';
import { configText, load, type Sections } from '../../../helpers/config-text';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

function state(name: string, repository: string): void {
  const resource = (type: string, attributes: object) => ({
    mode: 'managed',
    type,
    name: 'r',
    instances: [{ attributes }],
  });
  const resources = [
    resource('aws_fsx_lustre_file_system', { id: 'fs-1' }),
    resource('aws_fsx_data_repository_association', { data_repository_path: repository }),
  ];
  mkdirSync(join(folder(), '.sluice', name), { recursive: true });
  writeFileSync(join(folder(), '.sluice', name, 'terraform.tfstate'), JSON.stringify({ version: 4, resources }));
}

const note = (built: Parameters<typeof leftBehindNote>[0]['built'] = [], sections: Sections = {}) => {
  const { migration } = load(configText(sections));
  if (migration === undefined) throw new Error('no migration');
  return leftBehindNote({ configFile: join(folder(), 'migration.yaml'), migration, built });
};

test('of a migration that was renamed what is built is told, and the name to write', async () => {
  state('old-name', 's3://example-market-data/nasdaq');
  const text = await note();
  expect(text).toMatch(
    /^warning: \.sluice\/old-name has fs-1 linked to s3:\/\/example-market-data\/nasdaq already: .*\n {2}fix: write name: old-name/,
  );
});

test('of one whose state went into a bucket it is told to be taken along', async () => {
  state('market-data', 's3://example-market-data/nasdaq/');
  expect(await note()).toContain('-migrate-state');
});

test('nothing is told of other migrations, of what is no state, nor where something is built', async () => {
  expect(await note()).toBe('');
  state('other', 's3://example-market-data/nyse');
  mkdirSync(join(folder(), '.sluice', 'broken'));
  writeFileSync(join(folder(), '.sluice', 'broken', 'terraform.tfstate'), '{');
  expect(await note()).toBe('');
  state('old-name', 's3://example-market-data/nasdaq');
  expect(await note([{ type: 'aws_vpc', name: 'v', attributes: {} }])).toBe('');
});

test('of an own state that is empty, which Terraform takes for none, it is told; not where the state is in a bucket', async () => {
  mkdirSync(join(folder(), '.sluice/market-data'), { recursive: true });
  writeFileSync(join(folder(), '.sluice/market-data/terraform.tfstate'), '');
  expect(await note()).toMatch(
    /^warning: \.sluice\/market-data\/terraform\.tfstate is empty: .*\n {2}fix: .*terraform\.tfstate\.backup/,
  );
  expect(await note([], { state: 'state: { s3: { bucket: state-bucket } }' })).toBe('');
});
