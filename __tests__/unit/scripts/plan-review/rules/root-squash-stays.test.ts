import { rootSquashStays } from '../../../../../scripts/plan-review/rules/root-squash-stays';
import { check, create, found, keep, lustre, replace, update } from '../plan-builder';

const address = 'aws_fsx_lustre_file_system.a';
const squashing = (uidGid: string) => ({ root_squash_configuration: [{ root_squash: uidGid, no_squash_nids: [] }] });
const squashed = { ...lustre, ...squashing('65534:65534') };

test.each([[[]], [undefined]])('a block that is gone (%j) turns nothing off: it says what does', (after) => {
  expect(check(rootSquashStays, [update(address, squashed, { root_squash_configuration: after })])).toEqual([
    {
      address,
      message: expect.stringContaining('goes on being 65534:65534'),
      fix: expect.stringContaining('rootSquash: { uidGid: "0:0" }'),
    },
  ]);
});

test('is silent where it is turned off in words, changes, was off, stays, or goes with the file system', () => {
  const gone = { root_squash_configuration: [] };
  const changes = [
    update(address, squashed, squashing('0:0')),
    update(address, squashed, squashing('1:1')),
    update(address, { ...lustre, ...squashing('0:0') }, gone),
    update(address, lustre, { storage_capacity: 2400 }),
    keep(address, squashed),
    create(address, squashed),
    replace(address, squashed, { changes: gone }),
  ];
  for (const change of changes) expect(found(rootSquashStays, [change])).toEqual([]);
});
