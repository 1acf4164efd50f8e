/** The page in a real browser: it shows what happened, fetches nothing, runs nothing of the server's, and everybody can use it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Outcome } from '../../../provision/pull/record/outcomes';
import { sealProof } from '../../../scripts/export-proof/proof';
import { defaultPrices } from '../../../scripts/plan-review/prices';
import { collectReport } from '../../../scripts/report/collect';
import { readPageAssets } from '../../../scripts/report/page-assets';
import { pageHtml } from '../../../scripts/report/page-html';
import { hasChromium, startChromium } from '../../helpers/chromium';
import { describeWith } from '../../helpers/needs';
import { proofClaims } from '../../helpers/proof-claims';
import { writeSyntheticRun } from '../../helpers/synthetic-run';
import { useSharedFolder } from '../../helpers/temporary-folder';

const built = {
  what: 'dist/report-page.js (npm run prepare)',
  met: existsSync(join(__dirname, '../../../dist/report-page.js')),
};
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const scripts = '</script><script>window.pwned=1</script>';
const image = '<img src=x onerror="window.pwned=1">';
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

describeWith([built, hasChromium], "the report's page in Chromium", () => {
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
  async function writePage(folders: readonly string[]): Promise<string> {
    const proof = sealProof({ ...proofClaims, counts: { ...proofClaims.counts, missing: 2 } });
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

  test('shows the outcome first, and asks for nothing but itself', async () => {
    await open();
    expect(told).toEqual([`request ${url}`]);
    expect(await page.locator('h1').textContent()).toMatch(/^[\d,]+ entries did not arrive; [\d,]+ files did\.$/);
    expect(await page.title()).toBe('sluice: error, 2026-11-21 22:15:00 UTC');
    const titles = await page.locator('main h2').allTextContents();
    expect(titles).toEqual([
      'Runs compared',
      'Failed, skipped, removed, tried again',
      'Over time',
      'Where the bytes are',
      'Sizes',
      'Verification',
      'Export to S3',
      'What it costs',
    ]);
    expect(await page.locator('figure svg[role=img]').count()).toBe(5);
    const alternatives = await page
      .locator('figure svg[role=img]')
      .evaluateAll((plots) => plots.map((plot) => plot.getAttribute('aria-label')));
    for (const text of alternatives) expect(text).toMatch(/\d/);
  });

  test('of a killed run whose events name no files it has their number, and says that it knows no more', async () => {
    const state = join(shared(), 'basic');
    const run = writeSyntheticRun(state, { entries: 3000, bytesPerSecond: 2e7, troubleEvery: 0, isKilled: true });
    const events = join(run, 'events.ndjson');
    const lines = readFileSync(events, 'utf8').split('\n');
    writeFileSync(events, lines.filter((line) => !line.includes('"type":"entry"')).join('\n'));
    await open({}, await writePage([run]));
    expect(await page.locator('h1').textContent()).toMatch(/^This run has not ended: [1-9][\d,]* files so far\.$/);
    expect(await page.getByText('Not known: with the log level').count()).toBe(3);
    expect(await page.getByText(/No file has arrived|Nothing failed|0 files changed|Directories/).count()).toBe(0);
  });

  test('where the events of a run with failures name no files, none of it is said to be listed, and none not to be', async () => {
    const run = writeSyntheticRun(join(shared(), 'off'), { entries: 3000, bytesPerSecond: 2e7, troubleEvery: 10 });
    const report = join(run, 'report.json');
    const { options, source, ...rest } = JSON.parse(readFileSync(report, 'utf8'));
    const changed = { ...rest, options: { ...options, logLevel: 'OFF' }, source: { ...source, access: 'READ_ONCE' } };
    writeFileSync(report, JSON.stringify(changed, null, 2));
    const events = join(run, 'events.ndjson');
    const lines = readFileSync(events, 'utf8').split('\n');
    writeFileSync(events, lines.filter((line) => !line.includes('"type":"entry"')).join('\n'));
    await open({}, await writePage([run]));
    expect(await page.getByText(/Nothing failed|listed below|files changed while/).count()).toBe(0);
    expect(await page.locator('.figures').textContent()).toMatch(/Failed[1-9]\d*named in report.json/);
    expect(await page.locator('#entries p').textContent()).toMatch(
      /pull.logLevel OFF .* report.json names what failed/,
    );
    const verification = await page.locator('#verification').textContent();
    expect(verification).toContain('With source.access READ_ONCE the source was not asked again');
    expect(verification).not.toContain('the source was asked again');
  });

  test('a run whose events.ndjson is gone is not said to have named no files', async () => {
    const run = writeSyntheticRun(join(shared(), 'gone'), { entries: 3000, bytesPerSecond: 2e7, troubleEvery: 0 });
    rmSync(join(run, 'events.ndjson'));
    await open({}, await writePage([run]), 'main');
    expect(await page.getByText('log').count()).toBe(0);
    expect(await page.getByText('events.ndjson is not there').count()).toBe(4);
    expect(await page.locator('#entries p').textContent()).toMatch(
      /^Nothing failed, nothing was skipped or removed\. /,
    );
  });

  test('tells the includes that matched nothing: the first ones, as text, and how many more', async () => {
    const run = writeSyntheticRun(join(shared(), 'includes'), { entries: 100, bytesPerSecond: 2e7, troubleEvery: 0 });
    const report = join(run, 'report.json');
    const told = JSON.parse(readFileSync(report, 'utf8'));
    const write = (unmatchedIncludes: string[]) =>
      writeFileSync(report, JSON.stringify({ ...told, unmatchedIncludes }, null, 2));
    write(['/typo', `/${image}`, ...Array.from({ length: 10 }, (_, index) => `/n${index}`)]);
    await open({}, await writePage([run]));
    const note = () => page.locator('.outcome .note.warn').textContent();
    expect(await note()).toBe(
      `Includes that matched nothing at the source: /typo, /${image}, ${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `/n${n}`).join(', ')}, and 2 more`,
    );
    await page.context().close();
    write(['/typo']);
    await open({}, await writePage([run]));
    expect(await note()).toBe('An include that matched nothing at the source: /typo');
  });

  test('tells what is in S3, and how long files took', async () => {
    await open();
    const told = page.getByRole('region', { name: 'Export to S3' });
    expect(await told.locator('.note').textContent()).toMatch(/^Not proven/);
    expect(await told.getByRole('row', { name: /missing in the bucket/ }).textContent()).toContain('2');
    expect(await page.getByText(/took at most about/).textContent()).toMatch(/^Half of [\d,]+ files took/);
  });

  test("a server's names are text: none runs, none is markup, none hides what it is", async () => {
    await open();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('main script, main img').count()).toBe(0);
    const rows = await page.locator('.entries').textContent();
    expect(rows).toContain(`a/${image}`);
    await page.getByLabel('Filter').fill('invoice');
    expect(await page.locator('.entries tbody tr').first().textContent()).toContain('invoice\\u{202e}gpj.exe\\u{7}');
  });

  test('its policy stops whatever would get in or out', async () => {
    const asked: string[] = [];
    const server = await listening((path) => asked.push(path));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await open();
    const outcomes = await page.evaluate(
      `(async () => {
        const loads = (element, attribute, url) => new Promise((resolve) => {
          element.onload = () => resolve('loaded');
          element.onerror = () => resolve('refused');
          element[attribute] = url;
          document.body.append(element);
        });
        const inline = document.createElement('script');
        inline.textContent = 'window.pwned = 1';
        document.body.append(inline);
        return {
          fetch: await fetch('${origin}/fetch').then(() => 'loaded', () => 'refused'),
          image: await loads(new Image(), 'src', '${origin}/image'),
          script: await loads(document.createElement('script'), 'src', '${origin}/script'),
          style: await loads(Object.assign(document.createElement('link'), { rel: 'stylesheet' }), 'href', '${origin}/style'),
          inline: window.pwned === 1 ? 'loaded' : 'refused',
        };
      })()`,
    );
    server.close();
    expect(outcomes).toEqual({
      fetch: 'refused',
      image: 'refused',
      script: 'refused',
      style: 'refused',
      inline: 'refused',
    });
    expect(asked).toEqual([]);
  });

  test('the table filters, sorts and turns its pages', async () => {
    await open();
    const status = page.locator('#entries [role=status]');
    const rows = page.locator('.entries tbody tr');
    const [, all] = /^([\d,]+) entries shown\.$/.exec((await status.textContent()) ?? '') ?? [];
    expect(Number(all?.replace(',', ''))).toBeGreaterThan(300);
    expect(await rows.count()).toBe(20);
    await page.getByRole('button', { name: 'Later' }).click();
    expect(await page.locator('.pager').textContent()).toContain('page 2 of');

    await page.getByLabel('Filter').fill('changed_while');
    expect(await rows.locator('code').allTextContents()).toEqual(
      Array.from({ length: await rows.count() }, () => 'CHANGED_WHILE_READ'),
    );
    await page.getByLabel('Filter').fill('no such thing');
    expect(await status.textContent()).toBe('0 entries shown.');
    await page.getByLabel('Filter').fill('');

    await page.getByRole('button', { name: /^tried again [\d,]+$/ }).click();
    const size = page.locator('.entries').getByRole('columnheader', { name: 'size' });
    await size.getByRole('button').click();
    await size.getByRole('button').click();
    expect(await size.getAttribute('aria-sort')).toBe('descending');
    expect(await rows.first().textContent()).toContain('8.0 GiB');
  });

  test('everything works from the keyboard', async () => {
    await open();
    const reached = new Set<string>();
    const focused = () =>
      page.evaluate(`(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', tag: element.tagName, outline: style.outlineStyle };
      })()`) as Promise<{ name: string; tag: string; outline: string }>;
    await page.keyboard.press('Tab');
    expect((await focused()).name).toBe('Skip to the outcome');
    for (let presses = 0; presses < 300; presses += 1) {
      const { name, tag, outline } = await focused();
      if (tag === 'BODY') break;
      reached.add(tag === 'INPUT' ? 'the filter' : name);
      expect({ name, outline }).toEqual({ name, outline: 'solid' });
      if (name.startsWith('itch ')) break;
      await page.keyboard.press('Tab');
    }
    expect([...reached]).toEqual(expect.arrayContaining(['the filter', 'path', 'The numbers', 'bytes', 'files']));
    // In the treemap now: Enter opens the directory, and the focus goes to where one is.
    await page.keyboard.press('Enter');
    expect(await focused()).toMatchObject({ name: 'itch', tag: 'BUTTON' });
    expect(await page.getByRole('navigation', { name: 'Directory' }).getByRole('button').allTextContents()).toEqual([
      'all',
      'itch',
    ]);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toMatchObject({ name: 'all', tag: 'BUTTON' });
  });

  test('another run is one click away', async () => {
    await open();
    await page.getByRole('button', { name: '2026-11-20 22:15:00 UTC' }).click();
    expect(await page.locator('h1').textContent()).toMatch(/^All [\d,]+ files are there, [\d,]+ of them new\.$/);
    expect(await page.locator('#verification').textContent()).toContain('After each file the source was asked again');
    expect(await page.locator('#entries').textContent()).toContain('Nothing failed');
    expect(told).toEqual([`request ${url}`]);
  });

  test('a run of an empty source has nothing to plot, and says so', async () => {
    await open();
    await page.getByRole('button', { name: '2026-11-19 22:15:00 UTC' }).click();
    expect(await page.locator('h1').textContent()).toBe('Nothing to do: there is no file to take over.');
    expect(await page.locator('#time').textContent()).toContain('No bytes came over the network.');
    expect(await page.locator('#sizes').textContent()).toContain('No file has arrived.');
    expect(told).toEqual([`request ${url}`]);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('accessible in %s at %d pixels: contrast, names, landmarks, tables', async (colorScheme, width) => {
    await open({ colorScheme, viewport: { width, height: 900 } });
    for (const summary of await page.locator('summary').all()) await summary.click();
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(15, 19, 23)' : 'rgb(255, 255, 255)');
    await page.evaluate(axe);
    const { violations, passes } = (await page.evaluate(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
    )) as AxeResults;
    expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }))).toEqual([]);
    const contrast = passes.find(({ id }) => id === 'color-contrast');
    expect(contrast?.nodes.length).toBeGreaterThan(100);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test('on paper: light whatever the screen is, without what paper cannot do', async () => {
    await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('.controls').first().isVisible()).toBe(false);
    expect(await page.locator('h1').isVisible()).toBe(true);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    // Drawn for paper: no plot is scaled down, so its text has its size.
    const widths = (await page
      .locator('figure svg')
      .evaluateAll((plots) => plots.map((plot) => Number(plot.getAttribute('width'))))) as number[];
    for (const width of widths) expect(width).toBeLessThanOrEqual(680);
  });
});

function listening(onRequest: (path: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    onRequest(request.url ?? '');
    response.end();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
