import { sh } from '../../../../provision/core/sh';
import { kernelModule } from '../../../../provision/facts/kernel-module';
import { packageVersion } from '../../../../provision/facts/package-state';
import { installedPackage } from '../../../../provision/resources/package';
import type { Change, Writer } from '../../../../provision/resources/resource';
import { CommandFailed } from '../../../../provision/resources/writer';
import { factsInMemory, given } from '../../../helpers/facts-in-memory';

const client = installedPackage({ name: 'client', series: '2.15', install: sh`install client`, module: 'lustre' });

async function played(version: string | null, available: boolean, writer?: Writer) {
  const module = { available, loaded: false, version: null };
  const facts = [given(packageVersion('client'), version), given(kernelModule('lustre'), module)];
  const state = await client.inspect(factsInMemory(facts));
  const changes = client.plan(state) as readonly Change[];
  if (writer !== undefined) for (const change of changes) await client.apply(writer, change, state);
  return changes.map(({ path }) => path);
}

/** Whose commands end well but for those that begin like this. */
function writer(failing: string): Writer {
  return {
    run: async (command) => {
      if (command.text.startsWith(failing)) throw new CommandFailed(command, 1, 'no');
      return '';
    },
    put: () => Promise.reject(new Error('nothing is written')),
    reboot: () => Promise.reject(new Error('nobody asked for that')),
  };
}

test('a package of the series that has no module for the running kernel is installed anew', async () => {
  expect(await played('2.15.6-1', true)).toEqual([]);
  expect(await played('2.15.4-1', false, writer('never'))).toEqual(['module']);
  expect(await played(null, false)).toEqual(['version']);
});

test('a series is a whole number: 2.150 is none of 2.15', async () => {
  expect(await played('2.15', true)).toEqual([]);
  expect(await played('2.150.1-1', true)).toEqual(['version']);
});

test('where the newest one has none either, that is said', async () => {
  await expect(played('2.15.6-1', false, writer('modinfo'))).rejects.toMatchObject({
    code: 'PACKAGE_WITHOUT_MODULE',
    hint: expect.stringContaining('boot a kernel'),
  });
});
