/** Values as people read them; names from the server as what they are. */
import { formatDuration } from '../../../provision/core/units';
import { h } from './dom';

/**
 * A path from the server: control characters and those that turn the direction of text (U+202A-202E, U+2066-2069, marks, invisible ones) are
 * shown as escapes, so that a name cannot look like another.
 */
export function pathText(path: string): HTMLElement {
  const visible = path.replace(
    /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return h('bdi', { class: 'path' }, visible);
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return '0%';
  const share = (part / whole) * 100;
  return share > 0 && share < 0.1 ? '<0.1%' : `${share.toFixed(share < 10 ? 1 : 0)}%`;
}

/** `2026-11-22 20:33:59 UTC`. */
export function utc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** As `formatDuration`, but with milliseconds where seconds would be 0. */
export function shortDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : formatDuration(ms);
}

export function dollars(value: number): string {
  if (value === 0) return '$0';
  if (value < 0.01) return '<$0.01';
  return value.toLocaleString('en-US', { style: 'currency', currency: 'USD' });
}

/** The unit in which an axis that ends at so many bytes has short, round numbers. */
export function sizeAxis(bytes: number): { readonly bytes: number; readonly unit: string } {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return { bytes: 1024 ** power, unit: units[power] ?? 'B' };
}
