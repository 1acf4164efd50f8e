/** The report's page of three runs of a server with hostile names, as a browser shows it. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Outcome } from '../../provision/pull/record/outcomes';
import { sealProof } from '../../scripts/export-proof/proof';
import { defaultPrices } from '../../scripts/plan-review/prices';
import { collectReport } from '../../scripts/report/collect';
import { readPageAssets } from '../../scripts/report/page-assets';
import { pageHtml } from '../../scripts/report/page-html';
import { hasChromium, startChromium } from './chromium';
import { proofClaims } from './proof-claims';
import { writeSyntheticRun } from './synthetic-run';
import { useSharedFolder } from './temporary-folder';

const built = {
  what: 'dist/report-page.js (npm run prepare)',
  met: existsSync(join(__dirname, '../../dist/report-page.js')),
};
const scripts = '</script><script>window.pwned=1</script>';
/** A path of the newest run holds it. */
export const image = '<img src=x onerror="window.pwned=1">';
const hostile: readonly Outcome[] = [
  {
    kind: 'transferred',
    path: `${scripts}/${image}/'"&amp;.csv`,
    sizeBytes: 2 ** 33,
    sha256: '',
    resumedBytes: 0,
    attempts: 2,
  },
  { kind: 'failed', path: `a/${image}`, code: image, reason: scripts, hint: scripts },
  { kind: 'skipped', path: 'invoice\u202Egpj.exe\u0007', reason: `<!-- ${scripts}` },
];

export const reportPageNeeds = [built, hasChromium];

/** Call inside `describe`. */
export function useReportPage() {
  const shared = useSharedFolder();
  let browser: Browser;
  let url: string;
  let page: Page;
  let told: string[];
  let pages = 0;

  beforeAll(async () => {
    browser = await startChromium();
    const run = { entries: 6000, bytesPerSecond: 2e7, troubleEvery: 10 };
    const folders = [
      writeSyntheticRun(shared(), { ...run, startsAfterMs: 86_400_000, first: hostile }),
      writeSyntheticRun(shared(), { ...run, entries: 2000, troubleEvery: 0 }),
      writeSyntheticRun(shared(), { ...run, entries: 0, startsAfterMs: -86_400_000 }),
    ];
    url = await writePage(folders);
  });

  afterAll(() => browser?.close());

  afterEach(() => page?.context().close());

  /** Where it is. */
  async function writePage(
    folders: readonly string[],
    counts: Partial<typeof proofClaims.counts> = { missing: 2 },
  ): Promise<string> {
    const proof = sealProof({ ...proofClaims, counts: { ...proofClaims.counts, ...counts } });
    const options = { prices: defaultPrices(), now: new Date('2026-11-22T08:00:00Z'), version: '0.0.0', proof };
    pages += 1;
    const file = join(shared(), `report-${pages}.html`);
    writeFileSync(file, pageHtml(await collectReport(folders, options), await readPageAssets()));
    return pathToFileURL(file).href;
  }

  /** Everything that the browser asks for and complains of is in `told`. */
  async function open(options: BrowserContextOptions = {}, at = url, drawn = 'figure svg'): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    page = await context.newPage();
    told = [];
    page.on('request', (request) => told.push(`request ${request.url()}`));
    page.on('console', (message) => told.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => told.push(`error ${error.message}`));
    await page.goto(at);
    await page.locator(drawn).first().waitFor();
  }

  return {
    shared,
    url: () => url,
    page: () => page,
    told: () => told,
    writePage,
    open,
  };
}
