/** Everybody can use the page: with a mouse, by keyboard, with a screen reader, in the dark, on a telephone, on paper. */
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { describeWith } from '../../helpers/needs';
import { reportPageNeeds, useReportPage } from '../../helpers/report-page';
import { writeSyntheticRun } from '../../helpers/synthetic-run';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

describeWith(reportPageNeeds, "the report's page in use", () => {
  const { page, open, shared, writePage } = useReportPage();
  const longPath = () => {
    const first = [
      { kind: 'failed', path: 'x'.repeat(200), code: 'PERMISSION_DENIED', reason: 'Permission denied' },
    ] as const;
    return writeSyntheticRun(shared(), {
      entries: 1,
      bytesPerSecond: 1e6,
      troubleEvery: 0,
      startsAfterMs: 5000,
      first,
    });
  };

  test('the table filters, sorts and turns its pages', async () => {
    await open();
    const status = page().locator('#entries [role=status]');
    const rows = page().locator('.entries tbody tr');
    const [, all] = /^([\d,]+) entries shown\.$/.exec((await status.textContent()) ?? '') ?? [];
    expect(Number(all?.replace(',', ''))).toBeGreaterThan(300);
    expect(await rows.count()).toBe(20);
    await page().getByRole('button', { name: 'Later' }).click();
    expect(await page().locator('.pager').textContent()).toContain('page 2 of');

    await page().getByLabel('Filter').fill('changed_while');
    expect(await rows.locator('code').allTextContents()).toEqual(
      Array.from({ length: await rows.count() }, () => 'CHANGED_WHILE_READ'),
    );
    await page().getByLabel('Filter').fill('no such thing');
    expect(await status.textContent()).toBe('0 entries shown.');
    await page().getByLabel('Filter').fill('');

    await page()
      .getByRole('button', { name: /^tried again [\d,]+$/ })
      .click();
    const size = page().locator('.entries').getByRole('columnheader', { name: 'size' });
    await size.getByRole('button').click();
    await size.getByRole('button').click();
    expect(await size.getAttribute('aria-sort')).toBe('descending');
    expect(await rows.first().textContent()).toContain('8.0 GiB');
  });

  test('everything works from the keyboard', async () => {
    await open();
    const reached = new Set<string>();
    const focused = () =>
      page().evaluate(`(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', tag: element.tagName, outline: style.outlineStyle };
      })()`) as Promise<{ name: string; tag: string; outline: string }>;
    await page().keyboard.press('Tab');
    expect((await focused()).name).toBe('Skip to the outcome');
    for (let presses = 0; presses < 300; presses += 1) {
      const { name, tag, outline } = await focused();
      if (tag === 'BODY') break;
      reached.add(tag === 'INPUT' ? 'the filter' : name);
      expect({ name, outline }).toEqual({ name, outline: 'solid' });
      if (name.startsWith('itch ')) break;
      await page().keyboard.press('Tab');
    }
    expect([...reached]).toEqual(expect.arrayContaining(['the filter', 'path', 'The numbers', 'bytes', 'files']));
    // In the treemap now: Enter opens the directory, and the focus goes to where one is.
    await page().keyboard.press('Enter');
    expect(await focused()).toMatchObject({ name: 'itch', tag: 'BUTTON' });
    expect(await page().getByRole('navigation', { name: 'Directory' }).getByRole('button').allTextContents()).toEqual([
      'all',
      'itch',
    ]);
    await page().keyboard.press('Shift+Tab');
    await page().keyboard.press('Enter');
    expect(await focused()).toMatchObject({ name: 'all', tag: 'BUTTON' });
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('accessible in %s at %d pixels: contrast, names, landmarks, tables', async (colorScheme, width) => {
    await open({ colorScheme, viewport: { width, height: 900 } });
    for (const summary of await page().locator('summary').all()) await summary.click();
    const background = await page().evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(15, 19, 23)' : 'rgb(255, 255, 255)');
    await page().evaluate(axe);
    const { violations, passes } = (await page().evaluate(
      `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
    )) as AxeResults;
    expect(violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html) }))).toEqual([]);
    const contrast = passes.find(({ id }) => id === 'color-contrast');
    expect(contrast?.nodes.length).toBeGreaterThan(100);
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test.each([390, 768, 870])('nothing of the comparison of runs is cut at %d pixels', async (width) => {
    await open({ viewport: { width, height: 900 } });
    const widths = `(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.querySelector('#runs .scroll'))`;
    const { scrollWidth, clientWidth } = (await page().evaluate(widths)) as Record<string, number>;
    expect(scrollWidth).toBe(clientWidth);
  });

  test.each([390, 768, 870])(
    'of the entries every reason is seen at %d pixels, and every heading sorts',
    async (width) => {
      await open({ viewport: { width, height: 900 } });
      const widths = `(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.querySelector('#entries .scroll'))`;
      const { scrollWidth, clientWidth } = (await page().evaluate(widths)) as Record<string, number>;
      expect(scrollWidth).toBe(clientWidth);
      const right = (await page()
        .locator('.entries .why, .entries th button')
        .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().right))) as number[];
      expect(right.length).toBe(25);
      expect(Math.max(...right)).toBeLessThanOrEqual(width);
      await page().locator('.entries th button', { hasText: 'size' }).click();
      expect(await page().locator('.entries th', { hasText: 'size' }).getAttribute('aria-sort')).toBe('ascending');
    },
  );

  test('a long path leaves the reason its room', async () => {
    await open({ viewport: { width: 1280, height: 900 } }, await writePage([longPath()]));
    const widths = `['.entries', '.entries .why'].map((each) => document.querySelector(each).getBoundingClientRect().width)`;
    const [all = 0, why = 0] = (await page().evaluate(widths)) as number[];
    expect(why / all).toBeGreaterThan(0.3);
  });

  test('on paper: light whatever the screen is, without what paper cannot do', async () => {
    await open({ colorScheme: 'dark' });
    await page().emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page().evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page().locator('.controls').first().isVisible()).toBe(false);
    expect(await page().locator('h1').isVisible()).toBe(true);
    // Of hundreds of entries a page is there: which one stands on the paper.
    expect(await page().locator('.pager').innerText()).toMatch(/^page 1 of \d+$/);
    const pdf = await page().pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    // Drawn for paper: no plot is scaled down, so its text has its size.
    const widths = (await page()
      .locator('figure svg')
      .evaluateAll((plots) => plots.map((plot) => Number(plot.getAttribute('width'))))) as number[];
    for (const width of widths) expect(width).toBeLessThanOrEqual(680);
  });
});
