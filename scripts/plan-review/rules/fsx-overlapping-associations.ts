import { pathSegments } from '../../../config/clean-path';
import { byFileSystem, lastingAssociations } from '../lustre';
import { isLeftAsItIs, type ResourceChange } from '../plan-json';
import type { Hit, Rule } from '../rule';
import { isUnknown, stringAt } from '../values';

/** FSx API reference, CreateDataRepositoryAssociation (FileSystemPath, DataRepositoryPath). */
export const fsxOverlappingAssociations: Rule = {
  id: 'fsx-overlapping-associations',
  severity: 'blocked',
  title: 'Paths of two associations overlap',
  explanation:
    'FSx refuses an association whose directory or S3 prefix lies within that of another of the same file system.',
  check: (view) => [...byFileSystem(view, lastingAssociations(view)).values()].flatMap(overlapsIn),
};

function overlapsIn(associations: readonly ResourceChange[]): readonly Hit[] {
  return associations.flatMap((one, index) =>
    associations.slice(index + 1).flatMap((other) => {
      if (isLeftAsItIs(one) && isLeftAsItIs(other)) return [];
      return ['file_system_path', 'data_repository_path'].flatMap((attribute) => {
        const [a, b] = [pathOf(one, attribute), pathOf(other, attribute)];
        if (a === undefined || b === undefined || !overlap(a, b)) return [];
        return [
          {
            address: other.address,
            message: `${attribute} ${b} overlaps ${a} of ${one.address}`,
            fix: 'choose paths of which none lies within another',
          },
        ];
      });
    }),
  );
}

function pathOf(association: ResourceChange, attribute: string): string | undefined {
  return isUnknown(association, [attribute]) ? undefined : stringAt(association.after, attribute);
}

/** `s3://bucket/prefix` and `/directory` alike: none of the two begins with all steps of the other. */
function overlap(a: string, b: string): boolean {
  const [one, other] = [pathSegments(a), pathSegments(b)];
  const shorter = one.length < other.length ? one : other;
  return shorter.every((_, index) => one[index] === other[index]);
}
