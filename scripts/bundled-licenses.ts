/**
 * The licenses of the packages in a bundle, as a comment to put before it: they ask that their notices go with every copy, and each report
 * is one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** @param root Where node_modules is; the metafile's paths are relative to it. */
export function licenseComment({ outputs }: Metafile, root: string): string {
  const inputs = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  const holdersByTerms = new Map<string, string[]>();
  for (const name of [...packages].sort()) {
    const lines = licenseOf(join(root, 'node_modules', name)).split('\n');
    const terms = lines.filter((line) => !line.startsWith('Copyright ')).join('\n');
    const holders = lines.filter((line) => line.startsWith('Copyright ')).join(', ');
    holdersByTerms.set(terms, [...(holdersByTerms.get(terms) ?? []), `${name}: ${holders}`]);
  }
  const texts = [...holdersByTerms].map(([terms, holders]) => `${holders.join('\n')}\n\n${terms.trim()}`);
  return `/*!\n${texts.join('\n\n').replaceAll('*/', '* /')}\n*/\n`;
}

function licenseOf(folder: string): string {
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].map((name) => join(folder, name)).find(existsSync);
  if (file === undefined) throw new Error(`${folder} has no license file: it cannot be bundled`);
  return readFileSync(file, 'utf8').replaceAll('\r', '');
}
