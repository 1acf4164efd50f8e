import { SluiceError } from '../../../../provision/core/errors';
import { sh } from '../../../../provision/core/sh';
import { mountFailure } from '../../../../provision/resources/mount-failure';
import { CommandFailed } from '../../../../provision/resources/writer';

const mount = { source: 'fs-1@tcp:/abc', target: '/fsx' };
const failed = (output: string) => new CommandFailed(sh`mount -t lustre x y`, 1, output);
const said = (reason: string) => `mount.lustre: mount fs-1@tcp:/abc at /fsx failed: ${reason}`;

test.each([
  ['MOUNT_NAME_UNRESOLVED', "mount.lustre: Can't parse NID 'fs-1@tcp:/abc'"],
  ['MOUNT_MGS_SILENT', `${said('Input/output error')}\nIs the MGS running?`],
  ['MOUNT_TIMED_OUT', said('Connection timed out')],
  ['MOUNT_NAME_WRONG', `${said('No such file or directory')}\nIs the MGS specification correct?`],
  ['MOUNT_MODULE_MISSING', `${said('No such device')}\nAre the lustre modules loaded?`],
  ['MOUNT_MODULE_MISSING', "mount: /fsx: unknown filesystem type 'lustre'."],
  ['MOUNT_BUSY', 'umount: /fsx: target is busy.'],
  ['MOUNT_VERSION_REFUSED', `${said('Invalid argument')}\nThis may have multiple causes.`],
])('%s', (code, output) => {
  const error = mountFailure(mount, failed(output));
  expect(error).toMatchObject({ code, hint: expect.any(String) });
  expect((error as Error).message).toContain('fs-1@tcp:/abc does not mount on /fsx');
});

test('a mount that never answers is a timeout', () => {
  const error = new SluiceError('no answer', { code: 'EXEC_TIMEOUT' });
  expect(mountFailure(mount, error)).toMatchObject({ code: 'MOUNT_TIMED_OUT' });
});

test('a message that is not known is passed on, with where to look', () => {
  expect(mountFailure(mount, failed('a new message'))).toMatchObject({
    code: 'MOUNT_FAILED',
    message: expect.stringContaining('a new message'),
    hint: expect.stringContaining('dmesg'),
  });
});

test('what is not a failed mount stays what it is', () => {
  for (const error of [new SluiceError('lost', { code: 'CONNECTION_LOST' }), new Error('fault')])
    expect(mountFailure(mount, error)).toBe(error);
});
