/**
 * The data repository associations: which directory of the file system is which folder of S3. They are created and
 * deleted one after the other: FSx takes one such request at a time, and those that come in between end as FAILED
 * with a misleading message about bucket permissions (hashicorp/terraform-provider-aws issue 24678).
 */
import { createHash } from 'node:crypto';
import { FsxDataRepositoryAssociation } from '@cdktf/provider-aws/lib/fsx-data-repository-association';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { parseDataRepository } from '../config/data-repository';
import type { Migration } from '../config/schema';
import type { Bucket } from './bucket';
import { nameTag } from './name-tag';

type AssociationSettings = Migration['fileSystem']['associations'][number];

export interface AssociationsProps {
  /** Prefix of the Name tags. */
  readonly prefix: string;
  readonly fileSystemId: string;
  readonly settings: readonly AssociationSettings[];
  /** Every bucket that an association names, by its name. */
  readonly buckets: ReadonlyMap<string, Bucket>;
}

export interface Association {
  readonly id: string;
  readonly fileSystemPath: string;
  readonly dataRepositoryPath: string;
}

export class Associations extends Construct {
  /** In the order of the settings. */
  readonly all: readonly Association[];

  constructor(scope: Construct, id: string, props: AssociationsProps) {
    super(scope, id);
    const all: Association[] = [];
    let previous: ITerraformDependable | undefined;
    for (const settings of props.settings) {
      const { bucket, key } = repositoryOf(settings, props.buckets);
      const dataRepositoryPath = `s3://${bucket.bucketName}${key}`;
      const association = new FsxDataRepositoryAssociation(this, pathId(settings.path), {
        fileSystemId: props.fileSystemId,
        fileSystemPath: settings.path,
        dataRepositoryPath,
        importedFileChunkSize: settings.importedFileChunkSizeMiB,
        batchImportMetaDataOnCreate: settings.batchImportMetadataOnCreate,
        deleteDataInFilesystem: false,
        s3: policies(settings),
        tags: { Name: nameTag(`${props.prefix}${settings.path}`) },
        timeouts: { create: '45m', update: '45m', delete: '45m' },
        dependsOn: [...bucket.ready, ...(previous === undefined ? [] : [previous])],
      });
      // Not `association_id`: the provider leaves it empty (5.100.0).
      all.push({ id: association.id, fileSystemPath: settings.path, dataRepositoryPath });
      previous = association;
    }
    this.all = all;
  }
}

function repositoryOf({ dataRepository }: AssociationSettings, buckets: ReadonlyMap<string, Bucket>) {
  const repository = parseDataRepository(dataRepository);
  const bucket = buckets.get(repository?.bucket ?? '');
  if (repository === undefined || bucket === undefined) throw new Error(`no bucket for ${dataRepository}`);
  return { bucket, key: repository.prefix === '' ? '' : `/${repository.prefix}` };
}

/**
 * An empty list of events means no policy: FSx then imports or exports nothing by itself. One that an association has already stays,
 * and the review of the plan says so (association-events-stay): an empty one cannot be stated instead, since the provider (5.100.0)
 * leaves it out of the request that creates an association, and plans it for ever after.
 */
function policies({ autoImport, autoExport }: AssociationSettings) {
  return {
    ...(autoImport.length > 0 && { autoImportPolicy: { events: [...autoImport] } }),
    ...(autoExport.length > 0 && { autoExportPolicy: { events: [...autoExport] } }),
  };
}

/**
 * `/market_data/nasdaq` -> `market__data_nasdaq`: the path names the resource, so that reordering changes nothing. It never
 * changes either: FSx would get another association. A path that its name does not lead back to (`/a_/b` reads as `/a/_b`)
 * has its digest beside it, so that two paths never share a name.
 */
function pathId(path: string): string {
  const id = path.slice(1).replaceAll('_', '__').replaceAll('/', '_').replaceAll(escaped, escapeOf);
  if (`/${readBack(id)}` === path) return id;
  return `${id}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}

const escaped = /[^\w-]/g;

function escapeOf(character: string): string {
  return `-x${character.charCodeAt(0).toString(16)}-`;
}

function readBack(id: string): string {
  return id.replaceAll(/_+|-x([1-9a-f][\da-f]{0,3})-/g, (match, code: string | undefined) => {
    if (code === undefined) return `${match.length % 2 === 1 ? '/' : ''}${'_'.repeat(match.length / 2)}`;
    const character = String.fromCharCode(Number.parseInt(code, 16));
    // What no path holds, or is never escaped, was written so: `win-x64-build`.
    return /[\w/-]|\p{Cc}/u.test(character) ? match : character;
  });
}
