/**
 * A migration.yaml of which nothing is wrong, by section, and a way to spoil it in one place: in the YAML of a test, `»`
 * stands right before the character that the problem has to point at.
 */
import { type Loaded, loadMigration } from '../../config/load';

export const validSections = {
  name: 'name: market-data',
  region: 'region: us-east-1',
  tags: 'tags: { team: market-data }',
  source: `source:
  host: sftp.vendor.example
  username: market-data
  hostKeys: [SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM]
  credentials:
    privateKey: { secretsManager: market-data/sftp-key }
  path: /outgoing/nasdaq`,
  network: `network:
  mode: create
  operatorCidrs: [203.0.113.7/32]`,
  fileSystem: `fileSystem:
  associations:
    - path: /nasdaq
      dataRepository: s3://example-market-data/nasdaq`,
  buckets: 'buckets: []',
  host: `host:
  os: amazon-linux-2023
  ssh:
    publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH275TSQfO1Z2ZxMY8NLD1wENoGHG25Ph72twZQFncZ8 operator`,
  pull: 'pull: {}',
  alarms: '',
  budget: '',
  state: '',
} as const;

export type Sections = Partial<Record<keyof typeof validSections, string>>;

/** The whole file; a section given as '' is left out. */
export function configText(sections: Sections = {}): string {
  return `${Object.values({ ...validSections, ...sections })
    .filter((text) => text !== '')
    .join('\n')}\n`;
}

export function load(text: string, today = '2026-06-01'): Loaded {
  return loadMigration(text, { file: 'migration.yaml', today: new Date(`${today}T12:00:00Z`) });
}

/** A file system with these lines beside its one association. */
export function fileSystem(...lines: readonly string[]): Sections {
  return { fileSystem: `${validSections.fileSystem}\n${lines.map((line) => `  ${line}`).join('\n')}` };
}

/** Associations only: each a path and a data repository, further lines as they are. */
export function associations(...items: readonly string[]): Sections {
  return { fileSystem: `fileSystem:\n  associations:\n${items.map((item) => `    - ${item}`).join('\n')}` };
}

/** The valid host with these lines instead of its own of the same key. */
export function host(...lines: readonly string[]): Sections {
  return { host: withLines(validSections.host, lines) };
}

export function source(...lines: readonly string[]): Sections {
  return { source: withLines(validSections.source, lines) };
}

export function network(...lines: readonly string[]): Sections {
  return { network: withLines(validSections.network, lines) };
}

export function pull(...lines: readonly string[]): Sections {
  return { pull: `pull:\n${lines.map((line) => `  ${line}`).join('\n')}` };
}

function withLines(section: string, lines: readonly string[]): string {
  const keyOf = (line: string) => line.replace('»', '').split(':')[0]?.trim();
  const replaced = new Set(lines.map(keyOf));
  const kept = section.split('\n').filter((line) => !/^ {2}\S/.test(line) || !replaced.has(keyOf(line)));
  return [...kept, ...lines.map((line) => `  ${line}`)].join('\n');
}

export interface Wrong {
  readonly why: string;
  /** The sections that differ from the valid ones, with one `»`. */
  readonly given: Sections;
  readonly path: string;
  readonly message: RegExp;
  readonly fix: RegExp;
  /** Default error. */
  readonly severity?: 'error' | 'warning';
  readonly today?: string;
}

/** One test a case: this problem and no other, at the mark. */
export function describeWrong(name: string, cases: readonly Wrong[]): void {
  describe(name, () => {
    test.each(cases)('$why', ({ given, path, message, fix, severity = 'error', today }) => {
      const marked = configText(given);
      const before = marked.slice(0, marked.indexOf('»')).split('\n');
      expect(marked.split('»')).toHaveLength(2);
      const { migration, problems } = load(marked.replace('»', ''), today);
      expect(problems).toEqual([
        expect.objectContaining({
          severity,
          path,
          file: 'migration.yaml',
          line: before.length,
          column: (before.at(-1) ?? '').length + 1,
          message: expect.stringMatching(message),
          fix: expect.stringMatching(fix),
        }),
      ]);
      expect(migration === undefined).toBe(severity === 'error');
    });
  });
}

/** One test a case: valid, without even a warning. */
export function describeRight(name: string, cases: readonly (readonly [why: string, given: Sections])[]): void {
  describe(name, () => {
    test.each(cases)('%s', (_, given) => {
      const { migration, problems } = load(configText(given));
      expect(problems).toEqual([]);
      expect(migration).toBeDefined();
    });
  });
}
