import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { statePath } from '../../../stacks/state-path';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();

function pathFor(checkout: string, outputFolder: string) {
  mkdirSync(outputFolder, { recursive: true });
  return statePath({ configFile: join(checkout, 'migration.yaml'), outputFolder, name: 'market-data' });
}

test('the state lies beside the configuration, outside the output folder', () => {
  const path = pathFor(folder(), join(folder(), 'cdktf.out'));
  expect(path).toBe('../../../.sluice/market-data/terraform.tfstate');
});

test('it is the same file wherever the output goes', () => {
  const state = join(folder(), '.sluice/market-data/terraform.tfstate');
  for (const output of ['cdktf.out', 'elsewhere/deep/out']) {
    const outputFolder = join(folder(), output);
    expect(resolve(outputFolder, 'stacks/market-data', pathFor(folder(), outputFolder))).toBe(state);
  }
});

test('a link in the way does not lead it astray', () => {
  mkdirSync(join(folder(), 'checkout'));
  mkdirSync(join(folder(), 'disk/out'), { recursive: true });
  symlinkSync(join(folder(), 'disk/out'), join(folder(), 'checkout/cdktf.out'));
  const path = pathFor(join(folder(), 'checkout'), join(folder(), 'checkout/cdktf.out'));
  // Terraform climbs from the real folder.
  expect(resolve(folder(), 'disk/out/stacks/market-data', path)).toBe(
    join(folder(), 'checkout/.sluice/market-data/terraform.tfstate'),
  );
});
