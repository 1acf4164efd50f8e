/** What the checks read of FSx. Credentials and endpoint are those of the environment. */
import {
  DescribeDataRepositoryAssociationsCommand,
  type FileSystem,
  FSxClient,
  paginateDescribeFileSystems,
} from '@aws-sdk/client-fsx';
import type { AwsClock } from '../aws/aws-clock';
import { stoppable } from '../aws/stoppable';
import { Asked, isOf } from './asked';

/** Every method rejects with a SluiceError. */
export class FsxReader {
  readonly #client: FSxClient;
  readonly #asked = new Asked();

  /** @param clock Set by the answers. */
  constructor(region: string, signal: AbortSignal, clock?: AwsClock) {
    this.#client = stoppable(new FSxClient({ region }), signal);
    clock?.setBy(this.#client);
  }

  close(): void {
    this.#client.destroy();
  }

  fileSystems() {
    return this.#asked.once('fsx:DescribeFileSystems', '', async () => {
      const all: FileSystem[] = [];
      for await (const page of paginateDescribeFileSystems({ client: this.#client }, {}))
        all.push(...(page.FileSystems ?? []));
      return all;
    });
  }

  /** The one of a migration, by the tags that the stack gives it. */
  async fileSystemOf(migration: string) {
    return (await this.fileSystems()).find((fileSystem) => isOf(migration, fileSystem.Tags));
  }

  associations(fileSystemId: string) {
    return this.#asked.once('fsx:DescribeDataRepositoryAssociations', fileSystemId, async () => {
      const command = new DescribeDataRepositoryAssociationsCommand({
        Filters: [{ Name: 'file-system-id', Values: [fileSystemId] }],
      });
      return (await this.#client.send(command)).Associations ?? [];
    });
  }
}
