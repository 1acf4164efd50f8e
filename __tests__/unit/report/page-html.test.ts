/** The page's text: what a name from the server may not do to it, and how large it may grow. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { PullEvent } from '../../../provision/pull/record/events';
import type { Outcome } from '../../../provision/pull/record/outcomes';
import { defaultPrices } from '../../../scripts/plan-review/prices';
import { collectReport } from '../../../scripts/report/collect';
import { jsonForHtml } from '../../../scripts/report/json-for-html';
import { pageHtml } from '../../../scripts/report/page-html';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const options = { prices: defaultPrices(), now: new Date(0), version: '0' };

describe('the page as text', () => {
  const temporary = useTemporaryFolder();

  test('data comes back as it was, and has no character that HTML would read', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('</script>', '<!--', '<script', ']]>', '\u2028\u2029'),
    );
    fc.assert(
      fc.property(fc.array(anyText), (texts) => {
        const json = jsonForHtml(texts);
        expect(json).not.toContain('<');
        expect(JSON.parse(json)).toEqual(texts);
      }),
    );
  });

  test('its policy names the script it has, by hash, and allows nothing to be fetched', async () => {
    const data = await collectReport([writeRun(temporary(), 0, [])], options);
    const html = pageHtml(data, { script: 'go()', style: '' });
    // printf 'go()' | openssl dgst -sha256 -binary | base64
    const policy =
      "default-src 'none'; script-src 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    const [, told] = /http-equiv="Content-Security-Policy" content="(.*?)"/.exec(html) ?? [];
    expect(told).toBe(policy);
  });

  test('without scripts it says what became of the newest run, in numbers', async () => {
    const data = await collectReport([writeRun(temporary(), 0, [])], options);
    const [run] = data.runs;
    if (run === undefined) throw new Error('no run');
    const counts = { ...run.summary.counts, filesTransferred: 12, failed: 3 };
    const toldOf = (startedAt: string) => {
      const summary = { ...run.summary, state: 'ERROR' as const, startedAt, counts };
      const html = pageHtml({ ...data, runs: [{ ...run, summary }] }, { script: '', style: '' });
      return /<noscript>(.*?)All else [^<]*<\/noscript>/.exec(html)?.[1];
    };
    const became = '3 entries did not arrive; 12 files did.';
    expect(toldOf('2026-11-20T22:15:00.000Z')).toBe(`<p>ERROR, 2026-11-20 22:15 UTC. ${became}</p>`);
    // Dates too, to who reads them: of a run without a report it is its folder's name.
    for (const odd of ['2026 (</noscript><b>)', 'bad']) expect(toldOf(odd)).toBe(`<p>ERROR. ${became}</p>`);
  });

  test('the worst of names in the most runs make less than 5 MB', async () => {
    const wide = '<'.repeat(255);
    const outcomes = Array.from({ length: 600 }, (_, index): Outcome => {
      const path = `${wide}/${wide}/${wide}/${String(index).padStart(255, '<')}/file`;
      if (index % 2 === 0)
        return { kind: 'failed', path, code: String(index).padStart(60, '<'), reason: path, hint: path };
      return { kind: 'unchanged', path, sizeBytes: index, modeChanged: false };
    });
    const folders = Array.from({ length: 14 }, (_, day) => writeRun(temporary(), 1000 - day, outcomes));
    const older = Array.from({ length: 600 }, (_, day) => writeRun(temporary(), -day, [], 1));
    const data = await collectReport([...folders, ...older], options);
    expect(data).toMatchObject({ runs: { length: 500 }, leftOut: 114 });
    const html = pageHtml(data, { script: '', style: '' });
    // The script and the style have 0.3 MB.
    expect(Buffer.byteLength(html)).toBeLessThan(4_700_000);
  }, 60_000);
});

function writeRun(folder: string, day: number, outcomes: readonly Outcome[], seconds = 479): string {
  const time = new Date(day * 86_400_000).toISOString();
  const run = join(folder, 'runs', time.replace(/[:.]/g, '-'));
  mkdirSync(run, { recursive: true });
  const progress = {
    listedFiles: 1e6,
    listedBytes: 1e12,
    isListed: true,
    doneFiles: 1e6,
    transferredFiles: 1e6,
    receivedBytes: 1e12,
    doneBytes: 1e12,
    retries: 0,
  };
  const events: PullEvent[] = [
    ...Array.from({ length: seconds }, (_, second): PullEvent => {
      return { time, type: 'progress', ...progress, failed: 1e6, elapsedMs: 1e8 + second };
    }),
    ...Array.from(
      { length: seconds },
      (): PullEvent => ({ time, type: 'connections', change: 'lost', connections: 63 }),
    ),
    ...outcomes.map((outcome): PullEvent => ({ time, type: 'entry', outcome })),
  ];
  writeFileSync(join(run, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return run;
}
