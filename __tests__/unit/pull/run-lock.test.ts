import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { currentBootId, takeRunLock } from '../../../provision/pull/run-lock';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describe('the run lock', () => {
  const folder = useTemporaryFolder();
  const bootId = currentBootId();
  const take = () => takeRunLock(folder(), bootId);
  const lockedBy = (holder: object) => writeFileSync(join(folder(), 'lock'), JSON.stringify(holder));

  test('is one at a time, and can be taken again once released', () => {
    const lock = take();
    expect(take).toThrow(expect.objectContaining({ code: 'RUN_LOCKED', kind: 'blocked' }));
    lock.release();
    take().release();
    expect(existsSync(join(folder(), 'lock'))).toBe(false);
  });

  test('of a process that is gone is taken over', () => {
    const { pid } = spawnSync('true');
    lockedBy({ pid, host: hostname(), bootId, processStart: '1' });
    const lock = take();
    expect(JSON.parse(readFileSync(join(folder(), 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  test('of an earlier process with the pid of a running one is taken over, where the system tells them apart', () => {
    lockedBy({ pid: process.ppid, host: hostname(), bootId, processStart: '1' });
    if (process.platform === 'linux') take().release();
    else expect(take).toThrow(/RUN_LOCKED|another run/);
  });

  test('from before a reboot is taken over', () => {
    lockedBy({ pid: process.pid, host: hostname(), bootId: 'an earlier boot', processStart: undefined });
    if (bootId !== undefined) take().release();
  });

  test('of another machine stands, and the way out is told', () => {
    lockedBy({ pid: 1, host: 'another-host', bootId: 'x', processStart: '1' });
    expect(take).toThrow(/process 1 on another-host/);
    expect(take).toThrow(expect.objectContaining({ hint: expect.stringContaining(join(folder(), 'lock')) }));
  });

  test.each(['', 'null', '7', '{}', '{"pid":1}'])('that names no holder, as %j, is not taken over', (text) => {
    writeFileSync(join(folder(), 'lock'), text);
    expect(take).toThrow(expect.objectContaining({ code: 'RUN_LOCK_UNREADABLE' }));
  });
});
