/** What stands in the way of giving a host back. */
import { SluiceError } from '../../../../provision/core/errors';
import { mounts } from '../../../../provision/facts/mounts';
import { type PathState, textFileState } from '../../../../provision/facts/path';
import { processesUsing } from '../../../../provision/facts/processes';
import { absentFstabLine } from '../../../../provision/resources/fstab-line';
import type { Change, Writer } from '../../../../provision/resources/resource';
import { unmounted } from '../../../../provision/resources/unmounted';
import { factsInMemory, given, planOn } from '../../../helpers/facts-in-memory';
import { mounted } from '../../../helpers/lustre-mounts';

test('a line behind a link is not taken for none', async () => {
  const link: PathState = { kind: 'other', mode: '0777', owner: 'root:root', sha256: null, text: null };
  const plan = await planOn(absentFstabLine('/fsx'), [given(textFileState('/etc/fstab'), link)]);
  expect(plan).toMatchObject({ kind: 'failed', reason: '/etc/fstab is not an ordinary file' });
  expect(await planOn(absentFstabLine('/fsx'), [given(textFileState('/etc/fstab'), { kind: 'absent' })])).toEqual([]);
});

test('an unmount that does not end is told with what ends it', async () => {
  const resource = unmounted({ target: '/fsx', mountName: 'abcdbbmv', stoppedUnit: 'sluice-pull.service' });
  const state = await resource.inspect(factsInMemory([given(mounts, [mounted()]), given(processesUsing('/fsx'), [])]));
  const [change] = resource.plan(state) as readonly Change[];
  const unmountFailing = (code: string) => {
    const writer: Partial<Writer> = { run: () => Promise.reject(new SluiceError('no answer', { code })) };
    return resource.apply(writer as Writer, change as Change, state);
  };
  await expect(unmountFailing('EXEC_TIMEOUT')).rejects.toMatchObject({
    message: 'umount /fsx does not end: the file system does not answer any more',
    hint: expect.stringContaining('umount -f /fsx'),
  });
  await expect(unmountFailing('COMMAND_FAILED')).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});
