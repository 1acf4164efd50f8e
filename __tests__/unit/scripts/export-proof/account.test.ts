import { CloudWatchLogsClient, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeFileSystemsCommand, FSxClient } from '@aws-sdk/client-fsx';
import { openProofAccount, type ProofAccount } from '../../../../scripts/export-proof/account';
import { outputsOf } from '../../../helpers/host-plays';

const place = { fileSystemId: 'fs-0123456789abcdef0', logGroup: '/aws/fsx/market-data' };

/** What `ask` comes to, and what is told meanwhile of what cannot be read. */
async function asked<T>(ask: (account: ProofAccount) => Promise<T>) {
  const told: string[] = [];
  const account = await openProofAccount('us-east-1', {
    onUnread: (text) => told.push(text),
    signal: new AbortController().signal,
    now: () => new Date(0),
  });
  try {
    return { answer: await ask(account), told };
  } finally {
    account.close();
  }
}

afterEach(() => jest.restoreAllMocks());

/** What is read of FSx's log, and what is told, where CloudWatch answers so (CloudWatch Logs API, FilterLogEvents). */
async function logWhere(message: string) {
  const notFound = new ResourceNotFoundException({ message, $metadata: {} });
  jest.spyOn(CloudWatchLogsClient.prototype, 'send').mockImplementation(() => Promise.reject(notFound));
  return asked((account) => account.repositoryLog(place));
}

test('a log that FSx has not begun holds no failure', async () => {
  const { answer: log, told } = await logWhere('The specified log stream does not exist.');
  expect(log).toEqual({ byKey: new Map(), general: [] });
  expect(told).toEqual([]);
});

test('without the log group nobody knows what failed', async () => {
  const { answer: log, told } = await logWhere('The specified log group does not exist.');
  expect(log).toBeUndefined();
  expect(told).toEqual([expect.stringMatching(/\/aws\/fsx\/market-data failed: .*log group does not exist/)]);
});

const built = outputsOf({ address: '127.0.0.1', username: 'ec2-user' });

/** What is known and told of the file system, where FSx shows these (Amazon FSx API, DescribeFileSystems and DescribeDataRepositoryAssociations). */
async function fileSystemWhere(FileSystems: readonly object[], Associations: readonly object[] = []) {
  jest
    .spyOn(FSxClient.prototype, 'send')
    .mockImplementation((command: unknown) =>
      Promise.resolve(command instanceof DescribeFileSystemsCommand ? { FileSystems } : { Associations }),
    );
  return asked((account) => account.fileSystem(built));
}

const own = { FileSystemId: built.file_system.id, Lifecycle: 'AVAILABLE' };

test('a file system that somebody deleted is told: what waits for its export waits for ever', async () => {
  const { answer: state, told } = await fileSystemWhere([{ ...own, FileSystemId: 'fs-0another' }]);
  expect(state).toEqual({ lifecycle: null, troubles: [], working: undefined, ended: [] });
  expect(told).toEqual([expect.stringContaining(`FSx shows no ${built.file_system.id} in us-east-1: it was deleted`)]);
});

test('an association that somebody deleted is a trouble, as one that does not work', async () => {
  const [association] = built.associations;
  const shown = { AssociationId: association?.id, FileSystemPath: '/nasdaq' };
  const of = async (associations: readonly object[]) => (await fileSystemWhere([own], associations)).answer;
  expect(await of([{ ...shown, Lifecycle: 'AVAILABLE' }])).toEqual({
    lifecycle: 'AVAILABLE',
    troubles: [],
    working: [association?.id],
    ended: [],
  });
  expect(await of([{ ...shown, Lifecycle: 'MISCONFIGURED' }])).toMatchObject({
    troubles: ['the association /nasdaq is MISCONFIGURED: FSx does not say why'],
    working: [],
    ended: [],
  });
  expect(await of([{ ...shown, Lifecycle: 'FAILED' }])).toMatchObject({ ended: [association?.id] });
  expect(await of([{ ...shown, AssociationId: 'dra-0another', Lifecycle: 'AVAILABLE' }])).toMatchObject({
    ended: [association?.id],
    troubles: [expect.stringContaining(`the association /nasdaq (${association?.id}) is gone`)],
  });
});

test('a file system that is being deleted exports nothing more, whatever its associations say', async () => {
  const [association] = built.associations;
  const { answer } = await fileSystemWhere(
    [{ ...own, Lifecycle: 'DELETING' }],
    [{ AssociationId: association?.id, Lifecycle: 'AVAILABLE' }],
  );
  expect(answer).toMatchObject({ lifecycle: 'DELETING', ended: [association?.id] });
});
