/** The program with output that nobody takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeWith } from '../../helpers/needs';

const sluice = join(__dirname, '../../../dist/sluice.js');

test.each([
  ['stderr', ['validate', '--config', 'none.yaml'], 3],
  ['stdout', ['--help'], 0],
] as const)(
  'a reader of %s that has gone is no failure: the exit code is what it would be',
  async (stream, args, code) => {
    const child = spawn(process.execPath, [sluice, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child[stream].destroy();
    const other = stream === 'stderr' ? child.stdout : child.stderr;
    const [told, ended] = await Promise.all([text(other), once(child, 'close')]);
    expect({ ended, told }).toEqual({ ended: [code, null], told: '' });
  },
);

describeWith([{ what: '/dev/full', met: existsSync('/dev/full') }], 'on a full disk', () => {
  test('stdout that is lost is told, and is a failure', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [sluice, '--version'], { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    const [told, ended] = await Promise.all([
      text(child.stderr as NonNullable<typeof child.stderr>),
      once(child, 'close'),
    ]);
    expect(ended).toEqual([1, null]);
    expect(told).toMatch(/^error: the output cannot be written: ENOSPC.*\n {2}fix: .*\n$/);
  });
});
