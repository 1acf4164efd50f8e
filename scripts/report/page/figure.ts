/** A plot in its figure: drawn again as the width changes, with a caption, a text alternative and the numbers behind it. */
import { type Child, h } from './dom';

export interface FigureOptions {
  readonly title: string;
  /** What a person who cannot see the plot should know from it. */
  readonly alternative: string;
  readonly legend?: Child;
  readonly numbers?: HTMLElement;
  /** Draws for a width in pixels. */
  readonly draw: (width: number) => Element;
}

const smallestWidth = 260;
/** What A4 and Letter both have between their margins, in CSS pixels. */
const paperWidth = 680;

export function figure({ title, alternative, legend, numbers, draw }: FigureOptions): HTMLElement {
  const canvas = h('div', { class: 'plot' });
  let drawnWidth = 0;
  const redraw = (width: number) => {
    if (width === drawnWidth) return;
    drawnWidth = width;
    const drawing = draw(width);
    // One picture with one text: the parts that Plot names are no parts to a reader.
    for (const part of drawing.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', alternative);
    canvas.replaceChildren(drawing);
  };
  new ResizeObserver(([entry]) => {
    redraw(Math.max(smallestWidth, Math.floor(entry?.contentRect.width ?? 0)));
  }).observe(canvas);
  // Paper is narrower than most screens: drawn for it, text keeps its size.
  addEventListener('beforeprint', () => {
    if (canvas.isConnected) redraw(canvas.closest('.pair') === null ? paperWidth : paperWidth / 2 - 16);
  });
  return h('figure', {}, h('figcaption', {}, h('span', { class: 'title' }, title), legend), canvas, numbers);
}

/** A legend that names series beside a patch of their color. */
export function legend(...series: readonly (readonly [name: string, className: string])[]): HTMLElement {
  const items = series.flatMap(([name, className]) => [h('i', { class: `patch ${className}` }), `${name} `]);
  return h('span', { class: 'legend' }, ...items);
}
