/**
 * Suites that need a tool. On a laptop without it the suite is skipped with its name and the reason printed;
 * in CI (`CI=true`) a missing tool fails the suite.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Absolute path of a program on PATH (or in the usual system folders), or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/sbin',
    '/usr/lib/openssh',
    '/usr/libexec',
  ];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Need {
  /** What is needed, as a person would say it: `terraform on PATH`. */
  readonly what: string;
  readonly met: boolean;
}

export const isRoot: Need = { what: 'root', met: process.getuid?.() === 0 };

export function program(name: string): Need {
  return { what: `${name} installed`, met: findProgram(name) !== undefined };
}

/** `describe` that runs only where every need is met. */
export function describeWith(needs: readonly Need[], name: string, body: () => void): void {
  const unmet = needs.filter((need) => !need.met).map((need) => need.what);
  if (unmet.length === 0) {
    describe(name, body);
    return;
  }
  const title = `${name} (needs ${unmet.join(', ')})`;
  if (process.env.CI === 'true') {
    describe(title, () => {
      test('has what it needs', () => {
        throw new Error(`CI must have: ${unmet.join(', ')}`);
      });
    });
    return;
  }
  describe.skip(title, () => {
    test('skipped', () => undefined);
  });
}
