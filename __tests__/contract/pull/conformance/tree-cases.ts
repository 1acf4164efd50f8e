/** What lies at the source: names, links, special files, sizes that lie, files that change. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { scriptedFile } from '../../../helpers/scripted-sftp';
import { attrs, packet, uint32 } from '../../../helpers/sftp-bytes';
import { type Case, expectSameFiles, numbered, outPath, write } from './case';

const MiB = 1024 * 1024;
const noServerDoes = 'an honest server cannot be made to';
const regular = { sizeBytes: 3, mode: 0o100644, mtimeSeconds: 1_500_000_000 };

export const treeCases: readonly Case[] = [
  {
    name: 'names: newline, controls, backslash, quotes, leading dash, other scripts, 255 bytes',
    run: async (bench) => {
      const names = [
        'new\nline',
        'bell\u0007',
        'back\\slash',
        `"'\`$(x)`,
        '-rf',
        ' ',
        '...',
        'größe',
        '日本語',
        'n'.repeat(255),
      ];
      for (const name of names) write(bench, name, name);
      await bench.serve();
      expect((await bench.pull()).report).toMatchObject({
        state: 'SUCCESS',
        counts: { filesTransferred: names.length },
      });
      expectSameFiles(bench);
    },
  },
  {
    name: 'names: not UTF-8, a failed entry; the rest arrives',
    run: async (bench) => {
      write(bench, 'good');
      write(bench, Buffer.from([0x62, 0xff, 0xfe]));
      await bench.serve();
      const { report, paths } = await bench.pull();
      expect(report.failed).toMatchObject([{ code: 'BAD_NAME', reason: expect.stringContaining('UTF-8') }]);
      expect(paths('transferred')).toEqual(['good']);
      expect(readdirSync(bench.out)).toEqual(['good']);
    },
  },
  {
    name: 'names: alike but for their case, each its own file',
    run: async (bench) => {
      for (const name of ['Name', 'name', 'NAME']) write(bench, name, name);
      await bench.serve();
      await bench.pull();
      expectSameFiles(bench);
    },
  },
  {
    name: 'names: longer than an S3 key, refused before a byte is asked for',
    run: async (bench) => {
      const deep = ['d', 'e', 'f', 'g'].map((letter) => letter.repeat(240)).join('/');
      write(bench, `${deep}/${'y'.repeat(80)}`);
      write(bench, 'short');
      await bench.serve();
      const { report, paths } = await bench.pull({ destination: { keyPrefix: 'prefix/' } });
      expect(report.failed).toMatchObject([{ code: 'KEY_TOO_LONG' }]);
      expect(paths('transferred')).toEqual(['short']);
    },
  },
  {
    name: 'names: "..", "/", NUL, none, over 255 bytes: failed entries, nothing outside the destination',
    on: ['scripted'],
    because: noServerDoes,
    run: async (bench) => {
      write(bench, 'good');
      const names = ['../escape', '/tmp/absolute', 'a/../../b', 'nul\0byte', '', 'x'.repeat(256)];
      const listings = { [bench.root]: names.map((name) => ({ filename: Buffer.from(name), attrs: regular })) };
      await bench.serve({ script: { listings } });
      const { report } = await bench.pull();
      expect(report.failed.map(({ code }) => code)).toEqual(names.map(() => 'BAD_NAME'));
      expect(readdirSync(bench.out)).toEqual(['good']);
    },
  },
  {
    name: 'a name listed twice: one file, and no other is touched',
    on: ['scripted'],
    because: noServerDoes,
    run: async (bench) => {
      write(bench, 'twice', 'x');
      const listings = { [bench.root]: [{ filename: Buffer.from('twice'), attrs: { ...regular, sizeBytes: 1 } }] };
      await bench.serve({ script: { listings } });
      const { report } = await bench.pull();
      expect(report.counts.filesTransferred).toBeGreaterThan(0);
      expectSameFiles(bench);
    },
  },
  {
    name: 'symbolic links: to a file, a folder, outside, nowhere, itself, each other: skipped',
    run: async (bench) => {
      write(bench, 'file');
      mkdirSync(join(bench.root, 'folder'));
      const targets = { f: 'file', d: 'folder', o: '/etc', n: 'nowhere', s: 's', a: 'b', b: 'a', up: '..' };
      for (const [name, target] of Object.entries(targets)) symlinkSync(target, join(bench.root, name));
      await bench.serve();
      const { report, paths } = await bench.pull();
      expect(report.state).toBe('SUCCESS');
      expect(paths('skipped')).toEqual(Object.keys(targets).sort());
      expect(readdirSync(bench.out).sort()).toEqual(['file', 'folder']);
    },
  },
  {
    name: 'a FIFO and a device: skipped by what they are, never opened',
    run: async (bench) => {
      write(bench, 'file');
      expect(spawnSync('mkfifo', [join(bench.root, 'pipe')]).status).toBe(0);
      if (process.getuid?.() === 0) spawnSync('mknod', [join(bench.root, 'zero'), 'c', '1', '5']);
      await bench.serve();
      const { report, paths } = await bench.pull();
      expect(report.state).toBe('SUCCESS');
      expect(paths('skipped')).toContain('pipe');
      expect(readdirSync(bench.out)).toEqual(['file']);
    },
  },
  {
    name: 'an empty file, an empty folder, a folder of 1,200 files, a path of 40 folders',
    run: async (bench) => {
      write(bench, 'empty', '');
      mkdirSync(join(bench.root, 'hollow'));
      for (let index = 0; index < 1200; index += 1) write(bench, `many/${index}`, String(index));
      write(bench, `${Array.from({ length: 40 }, (_, level) => `level-${level}`).join('/')}/file`);
      await bench.serve();
      expect((await bench.pull()).report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 1202 } });
      expectSameFiles(bench);
    },
  },
  {
    name: 'sizes: 0 told and bytes sent (as /proc does): failed, nothing published',
    run: async (bench) => {
      const script = { files: { '/proc/sys/kernel/keys/maxkeys': scriptedFile('200\n', { sizeBytes: 0 }) } };
      await bench.serve({ script }, '/proc/sys/kernel/keys');
      const { report } = await bench.pull();
      expect(report.counts.filesTransferred).toBe(0);
      const codes = new Set(report.failed.map(({ code }) => code));
      expect([...codes].filter((code) => code !== 'SOURCE_CHANGED')).toEqual(['SIZE_MISMATCH']);
      expect(readdirSync(bench.out)).toEqual([]);
    },
  },
  ...(['less', 'more'] as const).map(
    (what): Case => ({
      name: `sizes: ${what} sent than told: failed, nothing published`,
      on: ['scripted'],
      because: noServerDoes,
      run: async (bench) => {
        write(bench, 'honest');
        const liar = scriptedFile('content', { sizeBytes: what === 'less' ? 100 : 3 });
        await bench.serve({ script: { files: { [`${bench.root}/liar`]: liar } } });
        const { report, paths } = await bench.pull();
        expect(report.failed).toMatchObject([{ path: 'liar', code: 'SIZE_MISMATCH' }]);
        expect(paths('transferred')).toEqual(['honest']);
        expect(existsSync(outPath(bench, 'liar'))).toBe(false);
      },
    }),
  ),
  ...(['grows', 'shrinks'] as const).map(
    (what): Case => ({
      name: `a file that ${what} while it is read: read again, the version that stood still arrives`,
      run: async (bench) => {
        write(bench, 'busy', numbered(24 * MiB));
        await bench.serve();
        let isChanged = false;
        bench.proxy.strikeAfter(4 * MiB, () => {
          isChanged = true;
          const path = join(bench.root, 'busy');
          if (what === 'grows') appendFileSync(path, numbered(MiB));
          else truncateSync(path, 20 * MiB + 1);
          bench.changed('busy');
        });
        const { report, events } = await bench.pull({ connections: 1 });
        expect([isChanged, report.state]).toEqual([true, 'SUCCESS']);
        expect(events.flatMap((event) => (event.type === 'entry' ? [event.outcome] : []))).toMatchObject([
          { attempts: 2 },
        ]);
        expect(readFileSync(outPath(bench, 'busy')).equals(readFileSync(join(bench.root, 'busy')))).toBe(true);
      },
    }),
  ),
  {
    name: 'attributes: none in the listing, asked for by LSTAT; no time at all, a failed entry',
    on: ['scripted'],
    because: noServerDoes,
    run: async (bench) => {
      write(bench, 'good');
      const none = { filename: Buffer.from('timeless'), attrs: {} };
      await bench.serve({
        script: {
          listings: { [bench.root]: [none] },
          intercept: ({ type, id, path }) =>
            type === 7 && path.endsWith('timeless')
              ? packet(105, uint32(id), attrs({ sizeBytes: 1, mode: 0o100644 }))
              : undefined,
        },
      });
      const { report, paths } = await bench.pull();
      expect(report.failed).toMatchObject([{ path: 'timeless', code: 'ATTRIBUTES_MISSING' }]);
      expect(paths('transferred')).toEqual(['good']);
    },
  },
];
