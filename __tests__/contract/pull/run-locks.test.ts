/** Runs of one destination, or of destinations that lie in each other: never two at one time. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentBootId, takeRunLock } from '../../../provision/pull/run-lock';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { scriptedFile } from '../../helpers/scripted-sftp';

const { folder, serve, run, out } = useScriptedPull();

test('two runs never write one destination', async () => {
  await serve({ files: { '/data/file': scriptedFile('x') } });
  let second: Promise<unknown> | undefined;
  const first = await run(
    {},
    {
      onEvent: (event) => {
        if (event.type === 'state' && event.state === 'PREPARING') second = run().catch((error: unknown) => error);
      },
    },
  );
  expect(first.report.state).toBe('SUCCESS');
  expect(await second).toMatchObject({ code: 'RUN_LOCKED', kind: 'blocked' });
});

describe('runs whose unfinished files lie in their destinations, one of which is in the other', () => {
  const into = (path: string) => ({ destination: { path, stagingPath: join(path, '.staging') } });
  /** As a run that is under way has it. */
  const lock = (path: string) => {
    mkdirSync(join(path, '.staging'), { recursive: true });
    return takeRunLock(join(path, '.staging'), currentBootId());
  };
  beforeEach(() => serve({ files: { '/data/folder/file': scriptedFile('x') } }));

  test('the inner one does not begin while the outer one goes on', async () => {
    const outer = lock(out('.'));
    mkdirSync(out('folder/inner'), { recursive: true });
    symlinkSync(out('folder/inner'), join(folder(), 'link'));
    for (const path of [out('folder/inner'), join(folder(), 'link')])
      await expect(run(into(path))).rejects.toMatchObject({
        code: 'RUN_LOCKED',
        kind: 'blocked',
        message: expect.stringContaining(`writes to ${out('.').replace(/\/\.$/, '')}: `),
      });
    expect(readdirSync(out('folder/inner'))).toEqual([]);
    outer.release();
    expect((await run(into(out('folder/inner')))).report.state).toBe('SUCCESS');
  });

  test.each([
    ['would write', 'folder', 'PRESERVE'],
    ['would remove', 'elsewhere', 'REMOVE'],
  ] as const)('the outer one ends where it %s what the inner one does', async (_, name, preserveDeletedFiles) => {
    const inner = lock(out(name));
    const overrides = { ...into(out('.')), options: { preserveDeletedFiles, removalLimit: '100%' } };
    const { report } = await run(overrides);
    expect(report.error).toMatchObject({ code: 'RUN_LOCKED', kind: 'blocked' });
    expect(report.error?.message).toContain(`writes to ${out(name)}: `);
    expect(existsSync(out(`${name}/.staging/lock`))).toBe(true);
    inner.release();
    expect((await run(overrides)).report.state).toBe('SUCCESS');
  });

  test('what lies there and is no lock of a run of this machine stops nobody', async () => {
    const staging = out('folder/.staging');
    mkdirSync(staging, { recursive: true });
    for (const text of ['', 'null', '{"pid":1,"host":"another-host"}', ' '.repeat(5000)]) {
      writeFileSync(join(staging, 'lock'), text);
      expect((await run(into(out('.')))).report.state).toBe('SUCCESS');
    }
    rmSync(staging, { recursive: true });
    writeFileSync(staging, 'a file');
    expect((await run(into(out('.')))).report.state).toBe('SUCCESS');
  });
});
