/** `npm run bench`, stopped while a tool is at work, or with nobody left to read what it prints. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeWith, program } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';

const root = join(__dirname, '../../..');
const folder = useTemporaryFolder();

/** Those whose command line or environment names the folder. */
function processesOf(path: string): number[] {
  const names = (pid: string) => {
    try {
      return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(path));
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && names(name))
    .map(Number);
}

afterEach(() => {
  for (const pid of processesOf(folder())) process.kill(pid, 'SIGKILL');
});

describeWith([program('sshd'), { what: '/proc', met: existsSync('/proc/self/environ') }], 'npm run bench', () => {
  /** With a script for lftp, the one tool it measures. */
  function start(lftp: string, ...options: string[]) {
    const bin = join(folder(), 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'lftp'), `#!/bin/sh\n${lftp}`, { mode: 0o755 });
    const args = ['--import', 'tsx', 'scripts/bench/main.ts', '--quick', '--trees', 'small', '--contenders', '=lftp'];
    const bench = spawn(process.execPath, [...args, '--distances', '5', '--directory', folder(), ...options], {
      cwd: root,
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, TMPDIR: folder() },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { bench, ended: once(bench, 'exit') };
  }

  async function expectNothingLeft(): Promise<void> {
    await until(() => processesOf(folder()).length === 0);
    expect(readdirSync(folder()).filter((name) => name.startsWith('sluice-bench-'))).toEqual(['sluice-bench-trees']);
  }

  test.each(['SIGINT', 'SIGHUP'] as const)(
    '%s ends the tool, what the tool started, and the server; exit code 130',
    async (signal) => {
      const { bench, ended } = start(`sleep 1000 &\ntouch ${folder()}/begun\nwait\n`);
      await until(() => existsSync(join(folder(), 'begun')));
      bench.kill(signal);
      expect(await ended).toEqual([130, null]);
      await expectNothingLeft();
    },
  );

  test.each(['--json', '--chart', '--directory'])(
    '%s that cannot be written to: exit code 3 before any tree',
    (option) => {
      const path = option === '--directory' ? '/proc/none' : '/proc/none/x';
      const args = ['--import', 'tsx', 'scripts/bench/main.ts', '--quick', '--trees', 'small', option, path];
      const env = { ...process.env, TMPDIR: folder() };
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
      expect(stderr).toMatch(new RegExp(`^error: ${option}: /proc/none cannot be written to: .*\\n {2}fix: `));
      expect(status).toBe(3);
      expect(existsSync(join(folder(), 'sluice-bench-trees'))).toBe(false);
    },
  );

  test('a tool that is not done by --limit is stopped, and told as slower than that', async () => {
    const { bench, ended } = start('[ "$1" = --version ] || exec sleep 1000\n', '--limit', '1');
    const output = text(bench.stdout);
    expect(await ended).toEqual([0, null]);
    expect(await output).toMatch(/STOPPED[\s\S]*\| lftp \| over 1\.\d s \(0 of 1 rounds\) \|/);
    await expectNothingLeft();
  });

  test('a closed pipe ends the output, and leaves neither the server nor a folder', async () => {
    const { bench, ended } = start('exit 0\n');
    bench.stdout.destroy();
    expect(await ended).toEqual([0, null]);
    await expectNothingLeft();
  });
});
