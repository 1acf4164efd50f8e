/** `sluice provision` where no host is gone to. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../../scripts/cli';
import { usesColor } from '../../../../scripts/render/color';
import { associations, configText } from '../../../helpers/config-text';
import { fakeContext } from '../../../helpers/fake-context';
import { outputsOf } from '../../../helpers/host-plays';
import { describeWith } from '../../../helpers/needs';
import { agentBuilt } from '../../../helpers/runtimes';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

describeWith([agentBuilt], 'sluice provision --list-tasks', () => {
  const folder = useTemporaryFolder();

  beforeEach(() => {
    writeFileSync(join(folder(), 'migration.yaml'), configText());
    const outputs = outputsOf({ address: '192.0.2.1', username: 'ec2-user' });
    const wrapped = Object.entries(outputs).map(([name, value]) => [name, { value, sensitive: false }]);
    writeFileSync(join(folder(), 'outputs.json'), JSON.stringify(Object.fromEntries(wrapped)));
  });

  /** No private key, no agent: whoever went to a host would fail. */
  async function tasks(...args: readonly string[]) {
    const fake = fakeContext({ cwd: folder() });
    const exitCode = await main(['provision', '--list-tasks', '--outputs', 'outputs.json', ...args], fake.context);
    return { exitCode, lines: fake.stdout().trimEnd().split('\n'), stderr: fake.stderr() };
  }

  test('prints what would run, in order, as the options choose it', async () => {
    const all = await tasks();
    expect(all).toMatchObject({ exitCode: 0, stderr: '' });
    expect(all.lines).toEqual(expect.arrayContaining(['lustre-mount: mount /fsx', 'pull: file /etc/sluice/job.json']));
    const mount = all.lines.filter((line) => line.startsWith('lustre-mount: '));
    expect((await tasks('--tags', 'lustre-mount')).lines).toEqual(mount);
    expect((await tasks('--skip-tags', 'lustre-mount')).lines).toEqual(
      all.lines.filter((line) => !mount.includes(line)),
    );
    const from = all.lines.indexOf('lustre-mount: mount /fsx');
    expect((await tasks('--start-at', 'lustre-mount: mount /fsx')).lines).toEqual(all.lines.slice(from));
    const json = (await tasks('--tags', 'agent', '--json')).lines.map((line) => JSON.parse(line) as unknown);
    expect(json).toContainEqual({ role: 'agent', task: 'file /opt/sluice/agent.js', tags: ['agent'] });
  });

  test('a job that leads into an association nobody has built is refused, and what has nothing of it is not', async () => {
    const added = associations(
      '{ path: /nasdaq, dataRepository: s3://example-market-data/nasdaq }',
      '{ path: /nyse, dataRepository: s3://example-market-data/nyse }',
    );
    writeFileSync(join(folder(), 'migration.yaml'), configText({ ...added, pull: 'pull: { association: /nyse }' }));
    const { exitCode, stderr } = await tasks();
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/pulled into \/nyse, and what is built is \/nasdaq.*npx sluice plan.*npx sluice apply/s);
    expect(await tasks('--skip-tags', 'pull')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await tasks('--state', 'absent')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each([
    ['--start-at', 'no such task', /--start-at: there is no task "no such task".*"lustre-mount: mount \/fsx"/s],
    ['--start-at', '/fsx', /tasks have in their name "\/fsx"/],
    ['--tags', 'mount', /no tag "mount".*lustre-mount/s],
    ['--limit', 'host-9', /no host "host-9".*host-1/s],
    ['--forks', '0', /whole number/],
    ['--limit', '', /--limit.*at least one name/],
    ['--tags', ' , ', /--tags.*at least one name/],
  ])('%s %s is a matter of configuration', async (option, value, message) => {
    const { exitCode, stderr } = await tasks(option, value);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });
});

test.each([
  [true, {}, true],
  [true, { NO_COLOR: '' }, true],
  [true, { NO_COLOR: '1' }, false],
  [true, { TERM: 'dumb' }, false],
  [false, {}, false],
])('terminal %p with %j: colours %p', (isTTY, env, expected) => {
  expect(usesColor({ env }, { isTTY })).toBe(expected);
});
