/** How a server answers, lets in and drops: logins, algorithms, limits, new keys, cut and silent connections, odd replies. */
import { packetType } from '../../../../provision/pull/sftp/wire';
import { randomOf } from '../../../helpers/random';
import { namesReply, type ScriptedRequest } from '../../../helpers/scripted-sftp';
import { packet, status, string, uint32 } from '../../../helpers/sftp-bytes';
import type { Bench } from './backends';
import { type Case, expectSameFiles, numbered, write } from './case';

const MiB = 1024 * 1024;
const noServerDoes = 'an honest server cannot be made to';

async function expectAll(bench: Bench, run = bench.pull()): Promise<void> {
  expect((await run).report).toMatchObject({ state: 'SUCCESS', failed: [] });
  expectSameFiles(bench);
}

export const connectionCases: readonly Case[] = [
  {
    name: 'login by password',
    on: ['ProFTPD', 'scripted'],
    because: "OpenSSH asks the machine's own accounts",
    run: async (bench) => {
      write(bench, 'file');
      await bench.serve({ login: 'password' });
      await expectAll(bench);
    },
  },
  {
    name: 'login by keyboard-interactive',
    on: ['scripted'],
    because: 'the others ask PAM',
    run: async (bench) => {
      write(bench, 'file');
      await bench.serve({ login: 'keyboard-interactive' });
      await expectAll(bench);
    },
  },
  {
    name: 'an RSA host key, signed with SHA-2 only',
    run: async (bench) => {
      write(bench, 'file');
      await bench.serve({ hostKey: 'rsa, signed with SHA-2 only' });
      await expectAll(bench);
    },
  },
  {
    name: 'old ciphers only: refused, and the setting that allows them named',
    run: async (bench) => {
      write(bench, 'file');
      await bench.serve({ ciphers: 'CBC only' });
      expect((await bench.pull()).report.error).toMatchObject({
        code: 'SSH_HANDSHAKE_FAILED',
        kind: 'unreachable',
        hint: expect.any(String),
      });
    },
  },
  {
    name: 'channels refused: an error that says so',
    on: ['OpenSSH', 'scripted'],
    because: 'ProFTPD has no such setting',
    run: async (bench) => {
      write(bench, 'file');
      await bench.serve({ refusesChannels: true });
      expect((await bench.pull()).report.error).toMatchObject({
        kind: 'unreachable',
        message: expect.stringMatching(/channel|cannot connect/i),
      });
    },
  },
  {
    name: 'handshakes in a crowd dropped (MaxStartups 2:100:2)',
    on: ['OpenSSH'],
    because: 'a setting of OpenSSH',
    run: async (bench) => {
      for (let index = 0; index < 300; index += 1) write(bench, `f${index}`, numbered(2000));
      await bench.serve({ maxStartups: true });
      await expectAll(bench, bench.pull({ connections: 8 }));
    },
  },
  {
    name: 'one connection at a time, others closed',
    run: async (bench) => {
      for (let index = 0; index < 100; index += 1) write(bench, `f${index}`, numbered(2000));
      await bench.serve({ proxy: { maxConnections: 1 } });
      await expectAll(bench, bench.pull({ connections: 8 }));
    },
  },
  {
    name: 'new keys under a transfer (every 8 MiB)',
    run: async (bench) => {
      // The scripted server, in this very thread, is asked for less and changes keys sooner.
      write(bench, 'large', numbered(bench.backend === 'scripted' ? 4 * MiB : 20 * MiB));
      await bench.serve({ rekey: true });
      const run = bench.pull({ connections: 1 });
      await expectAll(bench, run);
      const lost = (await run).events.filter((event) => event.type === 'connections' && event.change === 'lost');
      expect(lost).toEqual([]);
    },
  },
  {
    name: 'the connection cut at ten random bytes',
    run: async (bench) => {
      write(bench, 'large', numbered(6 * MiB));
      for (let index = 0; index < 100; index += 1) write(bench, `small/${index}`, numbered(index * 50));
      await bench.serve();
      const seed = Math.floor(Math.random() * 2 ** 31);
      const random = randomOf(seed);
      let cuts = 0;
      const arm = () => {
        bench.proxy.strikeAfter(1 + Math.floor(random() * MiB), () => {
          cuts += 1;
          bench.proxy.cut();
          if (cuts < 10) arm();
        });
      };
      arm();
      try {
        for (let runs = 0; runs < 20; runs += 1) if ((await bench.pull()).report.state === 'SUCCESS') break;
        expectSameFiles(bench);
        expect(cuts).toBeGreaterThan(2);
      } catch (error) {
        throw new Error(`with seed ${seed}`, { cause: error });
      }
    },
  },
  {
    name: 'silence in the middle of a file: given up, gone on with elsewhere',
    run: async (bench) => {
      write(bench, 'large', numbered(4 * MiB));
      await bench.serve();
      let isSilent = false;
      bench.proxy.strikeAfter(MiB, () => {
        isSilent = true;
        bench.proxy.freeze();
      });
      await expectAll(bench, bench.pull({ connections: 1 }, { requestTimeoutMs: 3000 }));
      expect(isSilent).toBe(true);
    },
  },
  ...oddReplies(),
];

function oddReplies(): readonly Case[] {
  const scriptedCase = (name: string, run: Case['run']): Case => ({
    name,
    on: ['scripted'],
    because: noServerDoes,
    run,
  });
  return [
    scriptedCase('READs answered shorter than asked', async (bench) => {
      const content = numbered(200_000);
      write(bench, 'file', content);
      await bench.serve({
        script: {
          intercept: ({ type, id, offset }: ScriptedRequest) =>
            type === packetType.read && offset < content.length
              ? packet(packetType.data, uint32(id), string(content.subarray(offset, offset + 1000)))
              : undefined,
        },
      });
      await expectAll(bench);
    }),
    scriptedCase('replies out of order, in pairs', async (bench) => {
      // Ten READs of 32 KiB, the one that asks for a byte too many among them.
      const content = numbered(10 * 32_768 - 1);
      write(bench, 'file', content);
      let held: Buffer | undefined;
      let swaps = 0;
      await bench.serve({
        script: {
          intercept: ({ type, id, offset }: ScriptedRequest) => {
            if (type !== packetType.read) return undefined;
            const reply = packet(packetType.data, uint32(id), string(content.subarray(offset, offset + 32_768)));
            if (held === undefined) {
              held = reply;
              return 'hang';
            }
            const both = Buffer.concat([reply, held]);
            held = undefined;
            swaps += 1;
            return both;
          },
        },
      });
      await expectAll(bench);
      expect(swaps).toBeGreaterThan(3);
    }),
    scriptedCase('a NAME reply of more than 256 KiB', async (bench) => {
      const names = Array.from({ length: 1500 }, (_, index) => `${String(index).padStart(4, '0')}-${'n'.repeat(195)}`);
      let replyBytes = 0;
      await bench.serve({
        script: {
          intercept: ({ type, id, before }: ScriptedRequest) => {
            if (type !== packetType.readDir) return undefined;
            if (before > 0) return status(id, 1);
            const attrs = { sizeBytes: 1000, mode: 0o100644, mtimeSeconds: 1_500_000_000 };
            const reply = namesReply(
              id,
              names.map((name) => ({ filename: Buffer.from(name), attrs })),
            );
            replyBytes = reply.length;
            return reply;
          },
        },
      });
      const { report } = await bench.pull({ options: { limits: { bytes: 1 } } });
      expect(replyBytes).toBeGreaterThan(256 * 1024);
      expect(report.left).toMatchObject({ files: names.length, isAll: true });
    }),
    scriptedCase('more bytes than a READ asked for: the session is given up, the file fails alone', async (bench) => {
      write(bench, 'liar', 'content');
      write(bench, 'honest', 'honest');
      await bench.serve({
        script: {
          intercept: ({ type, id, path }: ScriptedRequest) =>
            type === packetType.read && path.endsWith('liar')
              ? packet(packetType.data, uint32(id), string(Buffer.alloc(100_000)))
              : undefined,
        },
      });
      const { report, paths } = await bench.pull({ connections: 1 });
      expect(report.failed).toMatchObject([
        { path: 'liar', code: 'SFTP_SESSION_LOST', hint: expect.stringMatching(/network/) },
      ]);
      expect(paths('transferred')).toEqual(['honest']);
    }),
    scriptedCase('refusals: permission denied for a file, a status nobody knows for another', async (bench) => {
      for (const name of ['denied', 'odd', 'good']) write(bench, name);
      await bench.serve({
        script: {
          intercept: ({ type, id, path }: ScriptedRequest) => {
            if (type !== packetType.open) return undefined;
            if (path.endsWith('denied')) return status(id, 3, 'Permission denied');
            // No text after the code, as servers older than the draft answer.
            return path.endsWith('odd') ? packet(packetType.status, uint32(id), uint32(99)) : undefined;
          },
        },
      });
      const { report, paths } = await bench.pull();
      expect(report.failed.map(({ code }) => code).sort()).toEqual(['SFTP_PERMISSION_DENIED', 'SFTP_STATUS']);
      expect(paths('transferred')).toEqual(['good']);
    }),
  ];
}
