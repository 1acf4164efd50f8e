import * as fs from 'node:fs';
import { join } from 'node:path';
import { chooseDisk } from '../../../provision/pull/destination/disk';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

jest.mock('node:fs', () => ({ __esModule: true, ...jest.requireActual('node:fs') }));

const folder = useTemporaryFolder();
const choose = () => chooseDisk(folder(), () => 0);

test('a full disk that refuses the measurement keeps nothing of it, file or descriptor', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const write = jest.spyOn(fs, 'writeSync').mockImplementation(() => {
    throw full;
  });
  const close = jest.spyOn(fs, 'closeSync');
  try {
    expect(choose).toThrow(full);
    expect(close).toHaveBeenCalledTimes(1);
  } finally {
    write.mockRestore();
    close.mockRestore();
  }
  expect(fs.readdirSync(folder())).toEqual([]);
});

test('what a killed run left of its measurement goes with the next one', () => {
  fs.writeFileSync(join(folder(), '.latency'), 'x');
  choose();
  expect(fs.readdirSync(folder())).toEqual([]);
});
