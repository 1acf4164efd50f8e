/** What drop-ins make of a unit that is otherwise as configured. */
import { createHash } from 'node:crypto';
import { evaluate } from '../../../../provision/evaluate';
import { textFileState } from '../../../../provision/facts/path';
import { type UnitState, unitState } from '../../../../provision/facts/unit';
import { systemdUnit } from '../../../../provision/resources/systemd-unit';
import { factsInMemory, given } from '../../../helpers/facts-in-memory';

const text = '[Service]\nExecStart=/bin/x --y\n';
const asConfigured = {
  kind: 'file',
  mode: '0644',
  owner: 'root:root',
  sha256: createHash('sha256').update(text).digest('hex'),
  text,
} as const;

const verdictWith = (dropIns: NonNullable<UnitState['dropIns']>, unit: Partial<UnitState> = {}) =>
  evaluate(
    systemdUnit({ name: 'x.service', content: text }),
    factsInMemory([
      given(textFileState('/etc/systemd/system/x.service'), asConfigured),
      given(unitState('x.service'), {
        loaded: true,
        enabled: false,
        active: false,
        needsReload: false,
        dropIns,
        ...unit,
      }),
    ]),
  );

const files = ['/etc/systemd/system/x.service.d/a.conf'];

test.each([
  ['another command', ['/bin/true'], /a\.conf in place x\.service runs \/bin\/true$/],
  ['no command at all', [], /runs nothing$/],
])('one that leaves it %s is a warning', async (_, commands, reason) => {
  expect(await verdictWith({ files, commands })).toMatchObject({
    kind: 'ok',
    warning: { reason: expect.stringMatching(reason), fix: expect.stringContaining(`rm ${files[0]}`) },
  });
});

test('one that leaves its command alone is only named', async () => {
  expect(await verdictWith({ files, commands: ['/bin/x --y'] })).toMatchObject({
    kind: 'ok',
    warning: undefined,
    note: { reason: expect.stringMatching(/a\.conf changes x\.service$/) },
  });
});

test('one that leaves no definition of it is for a person to mend: a reload does not', async () => {
  const everyUnits = '/etc/systemd/system/service.d/b.conf';
  const bad = { loaded: false, needsReload: true, badDropIns: [...files, everyUnits] };
  expect(await verdictWith({ files, commands: [] }, bad)).toEqual({
    kind: 'stopped',
    result: {
      status: 'failed',
      changes: [],
      reason: expect.stringContaining(
        `with ${files[0]} ${everyUnits} in place systemd takes no definition of x.service`,
      ),
      fix: expect.stringContaining('daemon-reload'),
    },
  });
});
