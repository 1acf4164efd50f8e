import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { shapeSchema } from '../../../../config/schema/shape';
import { main } from '../../../../scripts/cli';
import { loadConfig } from '../../../../scripts/load-config';
import { configText, fileSystem } from '../../../helpers/config-text';
import { type FakeContextOptions, fakeContext } from '../../../helpers/fake-context';

const root = join(__dirname, '../../../..');
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sluice-validate-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

async function validate(argv: readonly string[], options: FakeContextOptions = {}) {
  const fake = fakeContext({ cwd, ...options });
  const exitCode = await main(['validate', ...argv], fake.context);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

function write(text: string, name = 'migration.yaml'): void {
  writeFileSync(join(cwd, name), text);
}

test('a valid file: exit 0 and what it means, in one line', async () => {
  write(configText());
  const { exitCode, stdout, stderr } = await validate([]);
  expect(exitCode).toBe(0);
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    'migration.yaml is valid',
    expect.stringMatching(
      /^sftp:\/\/sftp.vendor.example:22\/outgoing\/nasdaq -> \/fsx\/nasdaq <-> s3:\/\/example-market-data\/nasdaq;.*125 MB\/s\/TiB, Lustre 2.12 in us-east-1;.*lustre-client$/,
    ),
    '',
  ]);
});

test('a wrong file: exit 3, each problem as file:line:column path, its fix below, no colour', async () => {
  write(configText(fileSystem('storageCapacityGiB: 1300', 'kmsKey: alias/x')), 'other.yaml');
  const { exitCode, stdout } = await validate(['--config', 'other.yaml']);
  expect(exitCode).toBe(3);
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^other\.yaml:18:23 fileSystem\.storageCapacityGiB: error: .* \[storage-capacity\]$/),
    '  fix: use 1200 or 2400',
    expect.stringMatching(/^other\.yaml:19:11 fileSystem\.kmsKey: error: .* \[kms-key\]$/),
    expect.stringMatching(/^ {2}fix: /),
    'other.yaml is not valid: 2 errors',
    '',
  ]);
});

test('warnings leave the exit code at 0', async () => {
  write(configText(fileSystem('storageCapacityGiB: 103200')));
  const { exitCode, stdout } = await validate([]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/warning: .* \[storage-quota\]\n {2}fix: .*\nmigration.yaml is valid \(1 warning\)\n/);
});

test('colours on a terminal only, and not with NO_COLOR', async () => {
  write(configText(fileSystem('storageCapacityGiB: 1300')));
  const red = '\u001b[31m';
  expect((await validate([], { isTTY: true })).stdout).toContain(red);
  expect((await validate([], { isTTY: true, env: { NO_COLOR: '1' } })).stdout).not.toContain(red);
  expect((await validate([])).stdout).not.toContain(red);
});

test('--json: file, ok and every problem with its place', async () => {
  write(configText(fileSystem('storageCapacityGiB: 1300')));
  const { exitCode, stdout } = await validate(['--json']);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    file: 'migration.yaml',
    ok: false,
    problems: [
      {
        severity: 'error',
        rule: 'storage-capacity',
        file: 'migration.yaml',
        line: 18,
        column: 23,
        path: 'fileSystem.storageCapacityGiB',
        message: expect.stringContaining('1300'),
        value: 1300,
        fix: 'use 1200 or 2400',
      },
    ],
  });
});

test('--json of a valid file', async () => {
  write(configText());
  const { exitCode, stdout } = await validate(['--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ file: 'migration.yaml', ok: true, problems: [] });
});

test('a missing file: exit 3 and how to begin', async () => {
  const { exitCode, stdout, stderr } = await validate([]);
  expect(exitCode).toBe(3);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/migration\.yaml does not exist\n {2}fix: cp \S*migration\.example\.yaml migration\.yaml/);
});

test('a missing file with --json', async () => {
  const { exitCode, stdout } = await validate(['--json', '-c', 'nowhere.yaml']);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ file: 'nowhere.yaml', ok: false, problems: [{ rule: 'file' }] });
});

test('a directory for a file: exit 3', async () => {
  const { exitCode, stderr } = await validate(['-c', '.']);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/cannot read \./);
});

describe('the example', () => {
  test('is valid as it is, and warned of is its key alone', async () => {
    copyFileSync(join(root, 'migration.example.yaml'), join(cwd, 'migration.yaml'));
    const { exitCode, stdout } = await validate([], { today: '2026-11-22' });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("is the example's key");
    expect(stdout).toContain('is valid (1 warning)');
  });

  test('shows every section', () => {
    const lines = readFileSync(join(root, 'migration.example.yaml'), 'utf8').split('\n');
    const sections = lines.flatMap((line) => /^(?:# )?(\w+):(?: |$)/.exec(line)?.[1] ?? []);
    expect(sections.filter((key) => key in shapeSchema.shape)).toEqual(Object.keys(shapeSchema.shape));
  });
});

describe('loadConfig, for every other command', () => {
  const context = (fake = fakeContext({ cwd })) => ({ fake, full: { ...fake.context, setExitCode: () => {} } });

  test('gives the migration and the absolute path; warnings go to stderr', async () => {
    write(configText(fileSystem('storageCapacityGiB: 103200')));
    const { fake, full } = context();
    const { migration, file } = await loadConfig(full, 'migration.yaml');
    expect(migration.fileSystem.throughputMBpsPerTiB).toBe(125);
    expect(file).toBe(join(cwd, 'migration.yaml'));
    expect(fake.stdout()).toBe('');
    expect(fake.stderr()).toMatch(/warning: .*\[storage-quota\]/);
  });

  test('throws all problems of a wrong file at once, with exit code 3', async () => {
    write(configText({ ...fileSystem('storageCapacityGiB: 1300'), name: 'name: X' }));
    await expect(loadConfig(context().full, 'migration.yaml')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      exitCode: 3,
      message: expect.stringMatching(/2 errors\nmigration\.yaml:1:7 name: [\s\S]*\nmigration\.yaml:18:23 fileSystem/),
    });
  });

  test('says how to begin where there is no file', async () => {
    await expect(loadConfig(context().full, 'migration.yaml')).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      exitCode: 3,
      hint: expect.stringMatching(/^cp \S*migration\.example\.yaml migration\.yaml, then edit it/),
    });
  });

  test('names the example where it lies, and the file that was meant', async () => {
    const { stderr } = await validate(['-c', 'my file.yaml']);
    const [, example = ''] = /fix: cp (\S+) 'my file\.yaml',/.exec(stderr) ?? [];
    // Installed as a package it is not in the working directory.
    expect(readFileSync(resolve(cwd, example), 'utf8')).toMatch(/^name: /m);
  });
});
