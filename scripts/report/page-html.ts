/**
 * The report as one HTML file: style, script and data within it. Its policy lets the browser run that script and nothing else, and fetch
 * nothing at all; whatever a name from the server contains, it is data.
 */
import { createHash } from 'node:crypto';
import { headline } from './headline';
import { jsonForHtml } from './json-for-html';
import type { ReportData } from './report-data';

export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export function pageHtml(data: ReportData, { script, style }: PageAssets): string {
  const hash = createHash('sha256').update(script).digest('base64');
  // Plot sets styles on its elements; styles can fetch nothing under `default-src 'none'`.
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>sluice: run report</title>
<style>${style}</style>
</head>
<body>
<noscript>${outcomeIn(data)}All else this report draws with a script that lies within this file; allow scripts to see it. The numbers are also in report.json.</noscript>
<div id="report"></div>
<script type="application/json" id="data">${jsonForHtml(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Mail readers and previews of files run no script. Of numbers alone, since nothing here may hold what the server named. */
function outcomeIn({ runs: [newest] }: ReportData): string {
  if (newest === undefined) return '';
  const { state, startedAt } = newest.summary;
  const [, day, time] = /^([\d-]{10})T([\d:]{5})/.exec(startedAt) ?? [];
  const began = day === undefined ? '' : `, ${day} ${time} UTC`;
  return `<p>${state}${began}. ${headline(newest.summary)}</p>`;
}
