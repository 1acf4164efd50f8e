/** Where what is installed with the command line lies. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of the package that this file is in, bundled or not. */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
