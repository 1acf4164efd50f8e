import { associationEventsStay } from '../../../../../scripts/plan-review/rules/association-events-stay';
import { association, type BuiltChange, check, create, keep, planJson, replace, update } from '../plan-builder';

const address = 'aws_fsx_data_repository_association.a';
const linked = {
  ...association,
  s3: [{ auto_import_policy: [{ events: ['NEW', 'CHANGED'] }], auto_export_policy: [{ events: ['NEW'] }] }],
};

/** @param s3 As the configuration has it, in the form of `terraform show -json`. */
function foundWith(change: BuiltChange, s3: unknown) {
  const root_module = { resources: [{ address, expressions: s3 === undefined ? {} : { s3 } }] };
  const { configuration } = planJson([change]);
  return check(associationEventsStay, [change], {
    document: { configuration: { ...(configuration as object), root_module } },
  });
}

const events = (...names: readonly string[]) => [{ events: { constant_value: names } }];
const exportOnly = [{ auto_export_policy: events('NEW') }];

test('a policy that is not written any more stays as it is: named with what turns it off', () => {
  expect(foundWith(keep(address, linked), exportOnly)).toEqual([
    {
      address,
      message: 'NEW, CHANGED go on being imported by themselves: a plan cannot turn them off',
      fix: expect.stringContaining("--association-id dra-1 --s3 'AutoImportPolicy={Events=[]}'"),
    },
  ]);
  expect(foundWith(update(address, linked, { tags: {} }), [{}])).toMatchObject([
    { message: expect.stringContaining('imported') },
    { message: expect.stringContaining('exported') },
  ]);
});

test("is silent where the events are written, off already, of an association to come, or nobody's here", () => {
  const written = [{ auto_import_policy: events('NEW'), auto_export_policy: events('NEW') }];
  const off = { ...linked, s3: [{ auto_import_policy: [{ events: [] }], auto_export_policy: [{ events: ['NEW'] }] }] };
  expect(foundWith(keep(address, linked), written)).toEqual([]);
  expect(foundWith(keep(address, off), exportOnly)).toEqual([]);
  expect(foundWith(create(address, linked), exportOnly)).toEqual([]);
  expect(foundWith(replace(address, linked, { changes: { file_system_path: '/b' } }), exportOnly)).toEqual([]);
  expect(foundWith(keep(address, linked), undefined)).toEqual([]);
});
