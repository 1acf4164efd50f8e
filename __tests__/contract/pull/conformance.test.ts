/**
 * One table of cases, three servers: OpenSSH, ProFTPD's mod_sftp, and one that follows a script (ssh2's Server). A case that a real server
 * cannot be made to show runs on the scripted one alone, and says why.
 */
import { mkdirSync } from 'node:fs';
import { describeWith } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { type BackendName, Bench, backends } from './conformance/backends';
import { type Case, everywhere } from './conformance/case';
import { connectionCases } from './conformance/connection-cases';
import { treeCases } from './conformance/tree-cases';

const table: readonly Case[] = [...treeCases, ...connectionCases];
const casesOf = (backend: BackendName) => table.filter(({ on = everywhere }) => on.includes(backend));

describe.each(everywhere)('conformance: %s', (backend) => {
  describeWith(backends[backend].needs, backend, () => {
    const folder = useTemporaryFolder();
    let bench: Bench;
    let passed = 0;
    beforeEach(() => {
      bench = new Bench(backend, folder());
      mkdirSync(bench.root, { recursive: true });
    });
    afterEach(() => bench.stop());
    afterAll(() => {
      process.stdout.write(`conformance: ${backend} ${passed} of ${casesOf(backend).length} cases\n`);
    });

    test.each(casesOf(backend))('$name', async ({ run }) => {
      await run(bench);
      passed += 1;
    });
  });
});

test('every case that leaves a server out says why', () => {
  const silent = table.filter(
    ({ on, because }) => on !== undefined && on.length < everywhere.length && because === undefined,
  );
  expect(silent.map(({ name }) => name)).toEqual([]);
});
