/** Modules with count and for_each, through the rules that have to tell their instances apart. */
import { associationReplaced } from '../../../../scripts/plan-review/rules/association-replaced';
import { fsxOverlappingAssociations } from '../../../../scripts/plan-review/rules/fsx-overlapping-associations';
import { association, type BuiltChange, create, destroy, found, keep, lustre, replace } from './plan-builder';

const { file_system_id: _, ...unlinked } = association;

/** One file system and one association in a module that is there several times. */
const oneModule = {
  resources: [
    { address: 'aws_fsx_lustre_file_system.f', expressions: {} },
    {
      address: 'aws_fsx_data_repository_association.d',
      expressions: {
        file_system_id: { references: ['aws_fsx_lustre_file_system.f.id', 'aws_fsx_lustre_file_system.f'] },
      },
    },
  ],
};

/** The file system in one module, its association in another, both for each of the same keys. */
const fileSystemId = { references: ['aws_fsx_lustre_file_system.f.id', 'aws_fsx_lustre_file_system.f'] };
const twoModules = {
  storage: { module: { resources: [oneModule.resources[0]], outputs: { id: { expression: fileSystemId } } } },
  links: {
    module: {
      resources: [
        {
          address: 'aws_fsx_data_repository_association.d',
          expressions: { file_system_id: { references: ['var.id'] } },
        },
      ],
    },
    expressions: { id: { references: ['module.storage.id', 'module.storage', 'each.key'] } },
  },
};

const configured = (module_calls: object) => ({
  document: { configuration: { root_module: { module_calls } } },
});
const lustreModule = configured({ lustre: { module: oneModule } });

const fileSystem = (key: string) => `module.lustre["${key}"].aws_fsx_lustre_file_system.f`;
const link = (key: string) => `module.lustre["${key}"].aws_fsx_data_repository_association.d`;
const newPair = (key: string): BuiltChange[] => [
  create(fileSystem(key), lustre, ['id']),
  create(link(key), unlinked, ['file_system_id']),
];

test('an association hangs on the file system of its own instance of the module', () => {
  expect(found(fsxOverlappingAssociations, [...newPair('a'), ...newPair('b')], lustreModule)).toEqual([]);
});

test('what becomes of another instance of the module hides nothing', () => {
  const changes = [
    keep(fileSystem('a'), { ...lustre, id: 'fs-a' }),
    replace(link('a'), { ...association, file_system_id: 'fs-a' }, { changes: { file_system_path: '/b' } }),
    destroy(fileSystem('b'), { ...lustre, id: 'fs-b' }),
    destroy(link('b'), { ...association, file_system_id: 'fs-b' }),
  ];
  expect(found(associationReplaced, changes, lustreModule)).toEqual([link('a')]);
});

test('of modules beside each other the instances of one key belong together', () => {
  const pair = (key: string) => [
    create(`module.storage["${key}"].aws_fsx_lustre_file_system.f`, lustre, ['id']),
    create(`module.links["${key}"].aws_fsx_data_repository_association.d`, unlinked, ['file_system_id']),
  ];
  expect(found(fsxOverlappingAssociations, [...pair('a'), ...pair('b')], configured(twoModules))).toEqual([]);
});

test('an id tells which instance is meant, where the keys do not', () => {
  const references = { 'aws_fsx_data_repository_association.d': { file_system_id: ['aws_fsx_lustre_file_system.f'] } };
  const changes = [
    keep('aws_fsx_lustre_file_system.f[0]', { ...lustre, id: 'fs-a' }),
    destroy('aws_fsx_lustre_file_system.f[1]', { ...lustre, id: 'fs-b' }),
    replace(
      'aws_fsx_data_repository_association.d',
      { ...association, file_system_id: 'fs-a' },
      { changes: { file_system_path: '/b' } },
    ),
  ];
  expect(found(associationReplaced, changes, { references })).toEqual(['aws_fsx_data_repository_association.d']);
});
