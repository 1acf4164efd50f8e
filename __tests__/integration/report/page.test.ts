/** The page in a real browser: it shows what happened, no more than is known, and as much. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../../helpers/needs';
import { image, reportPageNeeds, useReportPage } from '../../helpers/report-page';
import { writeSyntheticRun } from '../../helpers/synthetic-run';

describeWith(reportPageNeeds, "the report's page in Chromium", () => {
  const { shared, url, page, told, writePage, open } = useReportPage();

  test('shows the outcome first, and asks for nothing but itself', async () => {
    await open();
    expect(told()).toEqual([`request ${url()}`]);
    expect(await page().locator('h1').textContent()).toMatch(/^[\d,]+ entries did not arrive; [\d,]+ files did\.$/);
    expect(await page().title()).toBe('sluice: error, 2026-11-21 22:15:00 UTC');
    const titles = await page().locator('main h2').allTextContents();
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
    expect(await page().locator('figure svg[role=img]').count()).toBe(5);
    const alternatives = await page()
      .locator('figure svg[role=img]')
      .evaluateAll((plots) => plots.map((plot) => plot.getAttribute('aria-label')));
    for (const text of alternatives) expect(text).toMatch(/\d/);
  });

  test('of runs from several places, or to several, the comparison tells which each was', async () => {
    const headings = () => page().locator('#runs th[scope=col]').allTextContents();
    await open();
    expect((await headings()).at(-1)).toBe('took');
    const state = join(shared(), 'moved');
    const run = { entries: 100, bytesPerSecond: 2e7, troubleEvery: 0 };
    const before = writeSyntheticRun(state, run);
    const after = writeSyntheticRun(state, { ...run, startsAfterMs: 86_400_000, destinationPath: '/fsx/market' });
    await open({}, await writePage([after, before]));
    expect((await headings()).at(-1)).toBe('to');
    expect(await page().locator('#runs tbody tr td:last-child').allTextContents()).toEqual([
      '/fsx/market',
      '/fsx/nasdaq',
    ]);
  });

  test('of a killed run whose events name no files it has their number, and says that it knows no more', async () => {
    const state = join(shared(), 'basic');
    const run = writeSyntheticRun(state, { entries: 3000, bytesPerSecond: 2e7, troubleEvery: 0, isKilled: true });
    const events = join(run, 'events.ndjson');
    const lines = readFileSync(events, 'utf8').split('\n');
    writeFileSync(events, lines.filter((line) => !line.includes('"type":"entry"')).join('\n'));
    await open({}, await writePage([run]));
    expect(await page().locator('h1').textContent()).toMatch(/^This run has not ended: [1-9][\d,]* files so far\.$/);
    expect(await page().getByText('Not known: with the log level').count()).toBe(3);
    expect(
      await page()
        .getByText(/No file has arrived|Nothing failed|0 files changed|Directories/)
        .count(),
    ).toBe(0);
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
    expect(
      await page()
        .getByText(/Nothing failed|listed below|files changed while/)
        .count(),
    ).toBe(0);
    expect(await page().locator('.figures').textContent()).toMatch(/Failed[1-9]\d*named in report.json/);
    expect(await page().locator('#entries p').textContent()).toMatch(
      /pull.logLevel OFF .* report.json names what failed/,
    );
    const verification = await page().locator('#verification').textContent();
    expect(verification).toContain('With source.access READ_ONCE the source was not asked again');
    expect(verification).not.toContain('the source was asked again');
  });

  test('axes of files have whole files, of one file too', async () => {
    const run = writeSyntheticRun(join(shared(), 'one'), { entries: 1, bytesPerSecond: 2e7, troubleEvery: 0 });
    await open({}, await writePage([run]));
    const figures = page().locator('figure', { hasText: /^Files/ });
    expect(await figures.count()).toBe(3);
    const ticks = await figures.locator('g[text-anchor=end][font-variant] text').allTextContents();
    expect(ticks).toEqual(['0', '1', '0', '1', '0', '1']);
  });

  test('a run whose events.ndjson is gone is not said to have named no files', async () => {
    const run = writeSyntheticRun(join(shared(), 'gone'), { entries: 3000, bytesPerSecond: 2e7, troubleEvery: 0 });
    rmSync(join(run, 'events.ndjson'));
    await open({}, await writePage([run]), 'main');
    expect(await page().getByText('log').count()).toBe(0);
    expect(await page().getByText('events.ndjson is not there').count()).toBe(4);
    expect(await page().locator('#entries p').textContent()).toMatch(
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
    const note = () => page().locator('.outcome .note.warn').textContent();
    expect(await note()).toBe(
      `Includes that matched nothing at the source: /typo, /${image}, ${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `/n${n}`).join(', ')}, and 2 more`,
    );
    await page().context().close();
    write(['/typo']);
    await open({}, await writePage([run]));
    expect(await note()).toBe('An include that matched nothing at the source: /typo');
  });

  test('of a run that was stopped it tells what is kept, and what to do on a line of its own', async () => {
    const run = writeSyntheticRun(join(shared(), 'stopped'), { entries: 100, bytesPerSecond: 2e7, troubleEvery: 0 });
    const report = join(run, 'report.json');
    const hint = 'Run it again.';
    const error = { code: 'INTERRUPTED', kind: 'interrupted', message: 'the run was stopped before its end', hint };
    const unfinished = { files: 2, bytes: 3 * 2 ** 20 };
    const told = JSON.parse(readFileSync(report, 'utf8'));
    writeFileSync(report, JSON.stringify({ ...told, state: 'ERROR', error, unfinished }, null, 2));
    await open({}, await writePage([run]));
    expect((await page().locator('.outcome .note.bad').innerText()).split('\n')).toEqual([
      'INTERRUPTED: the run was stopped before its end',
      hint,
    ]);
    expect(await page().locator('.outcome .note.warn').textContent()).toBe(
      'Kept for the next run: 3.0 MiB of 2 unfinished files.',
    );
  });

  test('tells what is in S3, and how long files took', async () => {
    await open();
    const told = page().getByRole('region', { name: 'Export to S3' });
    expect(await told.locator('.note').textContent()).toMatch(/^Not proven/);
    expect(await told.getByRole('row', { name: /missing in the bucket/ }).textContent()).toContain('2');
    expect(
      await page()
        .getByText(/took at most about/)
        .textContent(),
    ).toMatch(/^Half of [\d,]+ files took/);
  });

  test('a run of one file, and a proof that lacks nothing but files of the source', async () => {
    const one = { entries: 1, bytesPerSecond: 1e6, troubleEvery: 0, startsAfterMs: 4000 };
    await open({}, await writePage([writeSyntheticRun(shared(), one)], { notPulled: 3 }));
    expect(await page().locator('h1').textContent()).toBe('The one file arrived.');
    expect(await page().locator('#export .note').textContent()).toBe(
      'Not proven: something is not on the file system as it is at the source; all that is there is in S3.',
    );
  });

  test('another run is one click away', async () => {
    await open();
    await page().getByRole('button', { name: '2026-11-20 22:15:00 UTC' }).click();
    expect(await page().locator('h1').textContent()).toMatch(/^All [\d,]+ files are there, [\d,]+ of them new\.$/);
    expect(await page().locator('#verification').textContent()).toContain('After each file the source was asked again');
    expect(await page().locator('#entries').textContent()).toContain('Nothing failed');
    expect(told()).toEqual([`request ${url()}`]);
  });

  test('a run of an empty source has nothing to plot, and says so', async () => {
    await open();
    await page().getByRole('button', { name: '2026-11-19 22:15:00 UTC' }).click();
    expect(await page().locator('h1').textContent()).toBe('Nothing to do: there is no file to take over.');
    expect(await page().locator('#time').textContent()).toContain('No bytes came over the network.');
    expect(await page().locator('#sizes').textContent()).toContain('No file has arrived.');
    expect(told()).toEqual([`request ${url()}`]);
  });
});
