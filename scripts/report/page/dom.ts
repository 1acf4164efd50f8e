/** Builds elements. Text is only ever set as text, and attributes by name: no string of the data's is read as markup. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | undefined;

/** An element with attributes (`true` sets one without a value; `undefined` and `false` leave it out) and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export function button(label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h('button', { type: 'button', ...attributes }, label);
  element.addEventListener('click', onClick);
  return element;
}

/** A section with a heading that names it as a landmark. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  return h('section', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), ...children);
}

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => Child;
  readonly isNumber?: boolean;
}

/**
 * A table in a box that scrolls sideways where it is too wide, and can be reached by keyboard to do so. Of a wide one in a narrow
 * window each row is a block, and each cell shows its heading.
 */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): HTMLElement {
  const align = (column: Column<Row>) => (column.isNumber === true ? 'number' : undefined);
  const head = columns.map((column) => h('th', { scope: 'col', class: align(column) }, column.heading));
  const body = rows.map((row) =>
    h(
      'tr',
      {},
      ...columns.map((column) => h('td', { class: align(column), 'data-heading': column.heading }, column.cell(row))),
    ),
  );
  const element = h(
    'table',
    { class: columns.length > 3 ? 'wide' : undefined },
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...head)),
    h('tbody', {}, ...body),
  );
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, element);
}

/** What a plot shows, as a table behind a line that opens it. */
export function numbersBehind(content: HTMLElement): HTMLElement {
  return h('details', {}, h('summary', {}, 'The numbers'), content);
}
