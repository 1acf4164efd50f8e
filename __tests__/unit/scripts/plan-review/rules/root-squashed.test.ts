import { rootSquashed } from '../../../../../scripts/plan-review/rules/root-squashed';
import { check, create, found, keep, lustre, update } from '../plan-builder';

const address = 'aws_fsx_lustre_file_system.a';
const squashing = (uidGid: string, ...nids: readonly string[]) => ({
  root_squash_configuration: [{ root_squash: uidGid, no_squash_nids: nids.length === 0 ? null : nids }],
});
const message = (before: object, after: object) =>
  check(rootSquashed, [update(address, { ...lustre, ...before }, { ...after })]).map((hit) => hit.message);

test.each([[{ root_squash_configuration: [] }], [squashing('0:0')], [{}]])(
  'finds root that is squashed from now on, after %j',
  (before) => {
    expect(message(before, squashing('65534:65534'))).toEqual(['root of every client becomes 65534:65534']);
    expect(message(before, squashing('1:1', '10.0.0.4@tcp'))).toEqual([
      'root of every client but 10.0.0.4@tcp becomes 1:1',
    ]);
  },
);

test('finds clients that are exempt no more', () => {
  const before = squashing('1:1', '10.0.0.4@tcp', '10.0.0.5@tcp');
  expect(message(before, squashing('1:1', '10.0.0.4@tcp'))).toEqual(['root of 10.0.0.5@tcp becomes 1:1']);
  expect(message(before, squashing('1:1'))).toEqual(['root of 10.0.0.4@tcp, 10.0.0.5@tcp becomes 1:1']);
});

test('is silent where root was squashed before, is no more, and on a file system that comes or stays', () => {
  const squashed = { ...lustre, ...squashing('1:1') };
  for (const change of [
    update(address, squashed, squashing('2:2')),
    update(address, squashed, squashing('2:2', '10.0.0.4@tcp')),
    update(address, squashed, squashing('0:0')),
    update(address, squashed, { root_squash_configuration: [] }),
    update(address, lustre, { storage_capacity: 2400 }),
    keep(address, squashed),
    create(address, squashed),
  ])
    expect(found(rootSquashed, [change])).toEqual([]);
});
