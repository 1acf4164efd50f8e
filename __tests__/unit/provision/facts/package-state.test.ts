/** Which of two package managers knows the package, asked with stand-ins for both. */
import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from '../../../../provision/facts/package-state';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const fact = packageVersion('lustre-client');

const installed = { rpm: 'echo version 2.15.6-1', 'dpkg-query': 'echo version 2.15.6-1 installed' };
const unknown = { rpm: 'echo "package lustre-client is not installed"; exit 1', 'dpkg-query': 'exit 1' };
const broken = { rpm: 'exit 127', 'dpkg-query': 'exit 2' };

function versionWith(programs: Readonly<Record<string, string>>) {
  for (const [name, script] of Object.entries(programs))
    writeFileSync(join(folder(), name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  symlinkSync('/bin/sh', join(folder(), 'sh'));
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', fact.probe.text], { env: { PATH: folder() } });
  return fact.parse({ exitCode: status ?? -1, stdout, stderr: stderr.toString() });
}

test.each([
  ['rpm alone', { rpm: installed.rpm }],
  ['dpkg alone', { 'dpkg-query': installed['dpkg-query'] }],
  ['dpkg, beside an rpm that is but a tool', { ...installed, rpm: unknown.rpm }],
  ['rpm, beside a dpkg that is but a tool', { ...installed, 'dpkg-query': unknown['dpkg-query'] }],
])('%s', (_, programs) => {
  expect(versionWith(programs)).toBe('2.15.6-1');
});

test('neither knows it: it is not installed', () => {
  expect(versionWith(unknown)).toBeNull();
});

test.each([
  ['there is none', {}, 'neither rpm nor dpkg-query'],
  ['rpm does not work', { ...unknown, rpm: broken.rpm }, 'ended with 2'],
  ['dpkg does not work', { ...unknown, 'dpkg-query': broken['dpkg-query'] }, 'ended with 2'],
])('%s: nobody knows', (_, programs, message) => {
  expect(() => versionWith(programs)).toThrow(message);
});
