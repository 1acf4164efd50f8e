/** The results as an SVG: one panel a tree and distance, one bar a contender, shorter is faster. */
import { type Result, wallText } from './results';

const width = 760;
const barHeight = 16;
const labelWidth = 210;
const colours: Readonly<Record<Result['kind'], string>> = { sluice: '#0b7285', sftp: '#adb5bd', shell: '#dee2e6' };

/** `caption` with a line for each part between semicolons. */
export function chart(results: readonly Result[], caption: string): string {
  const panels = new Map<string, Result[]>();
  for (const result of results) {
    const title = `${result.title}, ${result.distance === 0 ? 'loopback' : `${result.distance} ms round trip`}`;
    panels.set(title, [...(panels.get(title) ?? []), result]);
  }
  let y = 24;
  const parts: string[] = [];
  for (const [title, panel] of panels) {
    parts.push(text(8, y, title, 'font-weight="bold"'));
    y += 10;
    // 1 where every one of them failed.
    const longest = Math.max(...panel.map(lasted)) || 1;
    for (const result of [...panel].sort((a, b) => (a.wallSeconds ?? 1e9) - (b.wallSeconds ?? 1e9))) {
      const { contender, kind } = result;
      const length = Math.max(1, (lasted(result) / longest) * (width - labelWidth - 90));
      parts.push(text(labelWidth - 6, y + 12, contender, 'text-anchor="end"'));
      parts.push(
        `<rect x="${labelWidth}" y="${y + 2}" width="${length.toFixed(1)}" height="${barHeight - 4}" fill="${colours[kind]}"/>`,
      );
      parts.push(text(labelWidth + length + 6, y + 12, wallText(result), ''));
      y += barHeight;
    }
    y += 26;
  }
  for (const line of caption.split('; ')) {
    parts.push(text(8, y, line, 'fill="#495057" font-size="9"'));
    y += 12;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="11">`,
    '<title>How long each tool took: one panel a tree and distance, one bar a tool</title>',
    `<rect width="${width}" height="${y}" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** As far as is known. */
function lasted({ wallSeconds, overSeconds = 0 }: Result): number {
  return wallSeconds ?? overSeconds;
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped}</text>`;
}
