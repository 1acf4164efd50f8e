import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { licenseComment } from '../../../scripts/bundled-licenses';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describe('licenses of a bundle', () => {
  const temporary = useTemporaryFolder();

  function writePackage(name: string, license?: string): void {
    const folder = join(temporary(), 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), `export const it = ${JSON.stringify(name)};`);
    if (license !== undefined) writeFileSync(join(folder, 'LICENSE'), license);
  }

  function bundle(source: string) {
    writeFileSync(join(temporary(), 'main.js'), source);
    const options = { absWorkingDir: temporary(), bundle: true, metafile: true, write: false, format: 'esm' } as const;
    return buildSync({ ...options, entryPoints: ['main.js'], outdir: 'out' }).metafile;
  }

  test('every package that is in it, same terms once; none that is not', () => {
    writePackage('one', 'Copyright 2020 A\n\nDo */ as you like.\r\n');
    writePackage('@scope/two', 'Copyright 2021 B\n\nDo */ as you like.\n');
    writePackage('three', 'Copyright 2022 C\n\nDo not.\n');
    const metafile = bundle(
      "import { it } from 'one'; import { it as two } from '@scope/two'; import { it as _ } from 'three'; console.log(it, two);",
    );
    expect(licenseComment(metafile, temporary())).toBe(
      '/*!\n@scope/two: Copyright 2021 B\none: Copyright 2020 A\n\nDo * / as you like.\n*/\n',
    );
  });

  test('a package without a license cannot be bundled', () => {
    writePackage('bare');
    const metafile = bundle("import { it } from 'bare'; console.log(it);");
    expect(() => licenseComment(metafile, temporary())).toThrow(/bare has no license file/);
  });
});
