/** Files and directories on a real file system, from random starting states: check equals apply, and a second apply is empty. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ShellConnection } from '../../../provision/connection/shell-connection';
import { Secret } from '../../../provision/core/secret';
import type { PlayEvent } from '../../../provision/events';
import { playHost } from '../../../provision/host-play';
import { directory } from '../../../provision/resources/directory';
import { file } from '../../../provision/resources/file';
import { type Role, selectTasks } from '../../../provision/role';
import { localTransport } from '../../helpers/local-transport';

const mode = fc.constantFrom('0600', '0640', '0755');
const text = fc.constantFrom('', 'one\n', 'two\nü', 'one');
const start = fc.oneof(
  fc.record({ kind: fc.constant('absent' as const) }),
  fc.record({ kind: fc.constant('file' as const), text, mode }),
  fc.record({ kind: fc.constant('link' as const) }),
);
const wanted = fc.record({
  content: fc.oneof(
    text,
    text.map((value) => new Secret(value)),
    text.map((value) => Buffer.from(value)),
  ),
  mode,
});

async function playOnce(roles: readonly Role[], playMode: 'check' | 'apply') {
  const connection = new ShellConnection(localTransport(), 'login');
  const events: PlayEvent[] = [];
  const tasks = selectTasks(roles);
  await playHost(connection, tasks, { mode: playMode, clock: () => 0, reporter: (event) => events.push(event) });
  await connection.close();
  return events.flatMap((event) => (event.type === 'task-ended' ? [event] : []));
}

test('check equals apply, the second apply is empty, and what is wanted is there', async () => {
  const entries = fc.array(fc.record({ start, wanted }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(entries, fc.option(mode), async (files, folderMode) => {
      const root = mkdtempSync(join(tmpdir(), 'sluice-files-'));
      try {
        const folder = join(root, "it's a folder");
        if (folderMode !== null) {
          mkdirSync(folder);
          for (const [index, { start: state }] of files.entries()) begin(join(folder, `f${index}`), state);
          chmodSync(folder, Number.parseInt(folderMode, 8) | 0o300);
        }
        const resources = files.map(({ wanted: each }, index) => file({ path: join(folder, `f${index}`), ...each }));
        const tasks = [directory({ path: folder, mode: '0750' }), ...resources].map((resource) => ({ resource }));
        const roles = [{ name: 'files', needs: [], tasks }];

        const check = await playOnce(roles, 'check');
        const apply = await playOnce(roles, 'apply');
        expect(apply.map(({ changes }) => changes)).toEqual(check.map(({ changes }) => changes));
        const second = await playOnce(roles, 'apply');
        expect(second.map(({ status }) => status)).toEqual(tasks.map(() => 'ok'));
        files.forEach(({ wanted: { content, mode: wantedMode } }, index) => {
          const path = join(folder, `f${index}`);
          const bytes = content instanceof Secret ? content.reveal() : content.toString();
          expect(readFileSync(path, 'utf8')).toBe(bytes);
          expect(statSync(path).mode & 0o7777).toBe(Number.parseInt(wantedMode, 8));
        });
      } finally {
        rmSync(root, { recursive: true });
      }
    }),
    { numRuns: 15 },
  );
});

type Start = { kind: 'absent' } | { kind: 'link' } | { kind: 'file'; text: string; mode: string };

function begin(path: string, state: Start): void {
  if (state.kind === 'link') symlinkSync('/nowhere', path);
  if (state.kind !== 'file') return;
  writeFileSync(path, state.text);
  chmodSync(path, Number.parseInt(state.mode, 8));
}

test('a directory made in one with a set-group-ID bit has the mode that it shall have', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sluice-files-'));
  try {
    chmodSync(root, 0o2755);
    mkdirSync(join(root, 'there'));
    const tasks = ['made', 'there'].map((name) => ({ resource: directory({ path: join(root, name), mode: '0750' }) }));
    const roles = [{ name: 'directories', needs: [], tasks }];
    expect((await playOnce(roles, 'apply')).map(({ status }) => status)).toEqual(['changed', 'changed']);
    expect((await playOnce(roles, 'apply')).map(({ status }) => status)).toEqual(['ok', 'ok']);
  } finally {
    rmSync(root, { recursive: true });
  }
});
