import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeWith } from '../../helpers/needs';
import { image, reportPageNeeds, useReportPage } from '../../helpers/report-page';

describeWith(reportPageNeeds, "the report's page and a hostile server", () => {
  const { page, open } = useReportPage();

  test("a server's names are text: none runs, none is markup, none hides what it is", async () => {
    await open();
    expect(await page().evaluate('window.pwned')).toBeUndefined();
    expect(await page().locator('main script, main img').count()).toBe(0);
    const rows = await page().locator('.entries').textContent();
    expect(rows).toContain(`a/${image}`);
    await page().getByLabel('Filter').fill('invoice');
    expect(await page().locator('.entries tbody tr').first().textContent()).toContain('invoice\\u{202e}gpj.exe\\u{7}');
  });

  test('its policy stops whatever would get in or out', async () => {
    const asked: string[] = [];
    const server = await listening((path) => asked.push(path));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await open();
    const outcomes = await page().evaluate(
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
});

function listening(onRequest: (path: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    onRequest(request.url ?? '');
    response.end();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
