/** The page's script and style, as scripts/build.ts made them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SluiceError } from '../../provision/core/errors';
import { packageFolder } from '../package-folder';
import type { PageAssets } from './page-html';

/** @throws SluiceError NOT_BUILT */
export async function readPageAssets(): Promise<PageAssets> {
  const dist = join(packageFolder(), 'dist');
  try {
    const [script, style] = await Promise.all(
      ['report-page.js', 'report-page-style.css'].map((name) => readFile(join(dist, name), 'utf8')),
    );
    return { script: script ?? '', style: style ?? '' };
  } catch (cause) {
    throw new SluiceError(`the report's page is missing from ${dist}`, {
      code: 'NOT_BUILT',
      hint: 'Run: npm run prepare',
      cause,
    });
  }
}
