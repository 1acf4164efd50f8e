/** The emulated FSx with a clock of its own, and an AWS around it that does what a test says. */
import { FsxService } from '../../scripts/aws-local/fsx/service';

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON; the tests say what they expect of it.
export type Json = any;

export interface FsxEmulator {
  call(operation: string, body: object): Promise<Json>;
  /** Lets one transition end; or a time pass. */
  wait(ms?: number): void;
  /** What is the matter with every bucket from now on; undefined for nothing. */
  spoilBuckets(fault: string | undefined): void;
  /** Buckets that have FSx's notification, and the objects written, as `bucket/key`. */
  readonly notified: ReadonlySet<string>;
  readonly objects: ReadonlyMap<string, string>;
}

export function fsxEmulator({ deletesAtOnce = false } = {}): FsxEmulator {
  let nowMs = 0;
  let serial = 0;
  let bucketFault: string | undefined;
  const notified = new Set<string>();
  const objects = new Map<string, string>();
  const service = new FsxService({
    accountId: '123456789012',
    transitionMs: 1000,
    deletesAtOnce,
    upstream: {
      vpcOfSubnet: async (id) => (id === 'subnet-01' ? 'vpc-01' : undefined),
      isPortOpen: async (port, ids) => port === 988 && ids.includes('sg-lustre'),
      regionOfBucket: async (name) =>
        name.startsWith('bucket') ? (name === 'bucket-far' ? 'eu-west-1' : 'us-east-1') : undefined,
      bucketFault: async () => bucketFault,
      addNotification: async (bucket) => void notified.add(bucket),
      removeNotification: async (bucket) => void notified.delete(bucket),
      putObject: async (bucket, key, body) => void objects.set(`${bucket}/${key}`, body),
    },
    now: () => nowMs,
    randomHex: (length) => (serial++).toString(16).padStart(length, '0'),
  });
  return {
    call: (operation, body) => service.call(operation, body, 'us-east-1'),
    wait: (ms = 1000) => {
      nowMs += ms;
    },
    spoilBuckets: (fault) => {
      bucketFault = fault;
    },
    notified,
    objects,
  };
}

/** A file system that FSx takes. */
export const valid = {
  FileSystemType: 'LUSTRE',
  FileSystemTypeVersion: '2.12',
  StorageCapacity: 1200,
  SubnetIds: ['subnet-01'],
  LustreConfiguration: { DeploymentType: 'PERSISTENT_2', PerUnitStorageThroughput: 125 },
};

export async function availableFileSystem(fsx: FsxEmulator, request: object = valid): Promise<string> {
  const { FileSystem } = await fsx.call('CreateFileSystem', request);
  fsx.wait();
  return FileSystem.FileSystemId;
}

/** An association of a directory with the folder of the same name. */
export const link = (FileSystemId: string, path: string) => ({
  FileSystemId,
  FileSystemPath: path,
  DataRepositoryPath: `s3://bucket${path}`,
});

/** What the emulator throws. */
export const fault = (type: string, message: RegExp) => ({ type, message: expect.stringMatching(message) });
