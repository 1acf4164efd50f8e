/** Parts and their records over a power cut, by the law: what was made safe is there, and it is the bytes received. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Disk, directDisk } from '../../../provision/pull/destination/disk';
import { LargeFiles } from '../../../provision/pull/staging/large-files';
import { makeStagingFolder, Staging } from '../../../provision/pull/staging/staging';
import { describeWith } from '../../helpers/needs';
import { ForgetfulStorage } from '../../helpers/power-loss';
import { randomOf } from '../../helpers/random';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const sizeBytes = 400_000;
const version = { path: 'a/large', sizeBytes, mtimeSeconds: 1000 };
/** Each time the file is begun anew it has other bytes: those of an earlier life must never come back. */
const lives = Array.from({ length: 8 }, (_, life) => Buffer.alloc(sizeBytes, `life ${life} of the file, `));

const append = fc.record({ kind: fc.constant('append' as const), bytes: fc.integer({ min: 1, max: 60_000 }) });
const secure = fc.record({ kind: fc.constant('secure' as const) });
const end = fc.record({ kind: fc.constantFrom('throw away' as const, 'publish' as const) });
const someSteps = fc.array(
  fc.oneof({ weight: 4, arbitrary: append }, { weight: 3, arbitrary: secure }, { weight: 1, arbitrary: end }),
  { minLength: 3, maxLength: 25 },
);

describeWith([{ what: '/proc/self/fd', met: existsSync('/proc/self/fd') }], 'staging over a power cut', () => {
  const folder = useTemporaryFolder();
  const largeFiles = new LargeFiles(1);
  afterAll(() => largeFiles.close());

  const open = (root: string, disk: Disk, bootId: string) =>
    Staging.open({
      path: join(root, 'staging'),
      disk,
      bootId,
      largeFiles,
      smallFiles: undefined,
      hash: true,
      verify: true,
      readOnce: false,
      beforeMove: () => undefined,
      recordEveryBytes: 50_000,
    });

  test('a part goes on from what was made safe, with the bytes received', async () => {
    let resumed = 0;
    let turn = 0;
    const moment = fc.record({ steps: someSteps, calls: fc.integer({ min: 10, max: 60 }), seed: fc.integer() });
    await fc.assert(
      fc.asyncProperty(moment, async ({ steps, calls, seed }) => {
        turn += 1;
        const [root, found] = [join(folder(), `machine-${turn}`), join(folder(), `found-${turn}`)];
        mkdirSync(root);
        makeStagingFolder(join(root, 'staging'));
        const storage = new ForgetfulStorage(root);
        let [safeBytes, life] = [0, 0];
        let promised = { safeBytes, life };
        storage.cutAfter(calls, () => {
          promised = { safeBytes, life };
          storage.cut(found, randomOf(seed));
        });
        const disk = storage.decorate(directDisk);
        const begin = await open(root, disk, 'boot');
        try {
          let part = await begin.part(version);
          for (const step of steps) {
            if (step.kind === 'append') {
              const at = part.sizeBytes;
              await part.append(
                Buffer.from((lives[life] as Buffer).subarray(at, Math.min(at + step.bytes, sizeBytes))),
              );
            } else if (step.kind === 'secure') {
              await part.secure();
              if (part.sizeBytes > 0) safeBytes = part.sizeBytes;
            } else {
              safeBytes = 0;
              if (step.kind === 'publish')
                await part.complete({ mtimeSeconds: 1000, mode: 0o600, uid: undefined, gid: undefined });
              if (step.kind === 'publish') await part.moveTo(join(root, 'target'));
              await part.close();
              if (step.kind === 'throw away') await part.remove();
              life = (life + 1) % lives.length;
              part = await begin.part(version);
            }
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ESHUTDOWN' });
        }
        if (existsSync(found)) {
          // The machine boots again.
          writeFileSync(join(found, 'staging/boot-id'), 'boot');
          const again = await open(found, directDisk, 'another boot');
          const part = await again.part(version);
          expect(part.resumedBytes).toBeGreaterThanOrEqual(promised.safeBytes);
          if (part.resumedBytes > 0) {
            resumed += 1;
            const content = lives[promised.life] as Buffer;
            await part.append(Buffer.from(content.subarray(part.resumedBytes)));
            await part.secure();
            await part.moveTo(join(found, 'target'));
            await part.close();
            expect(readFileSync(join(found, 'target')).equals(content)).toBe(true);
          } else await part.close();
          await again.close();
        }
        for (const each of [root, found]) rmSync(each, { recursive: true, force: true });
      }),
      { numRuns: 300 },
    );
    expect(resumed).toBeGreaterThan(10);
  }, 60_000);
});
