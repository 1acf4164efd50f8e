import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../../scripts/cli';
import { fakeContext } from '../../../helpers/fake-context';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

test('a plan file that Terraform cannot read: in plain letters why, and where it can', async () => {
  const terraform = join(folder(), 'terraform');
  const said = '\\033[31m│\\033[0m \\033[1mError: Failed to load plugin schemas\\033[0m\\n';
  writeFileSync(terraform, `#!/bin/sh\nprintf '${said}' >&2\nexit 1\n`);
  chmodSync(terraform, 0o755);
  writeFileSync(join(folder(), 'some.tfplan'), 'PK\u0003\u0004');
  const fake = fakeContext({ cwd: folder(), env: { TERRAFORM_BINARY_NAME: terraform } });
  expect(await main(['plan', '--from', 'some.tfplan'], fake.context)).toBe(1);
  expect(fake.stderr()).toMatch(/ show failed: │ Error: Failed to load plugin schemas\n {2}fix: run it in the folder/);
});
