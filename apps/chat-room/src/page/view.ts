/** Puts rows into the document. What strangers wrote reaches it as text only; rows that stay the same are left alone, so a selection lasts. */
import type { Line } from './conversation.ts';

/** An element with a class and a text. */
export function element(name: string, className = '', text?: string): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Makes `list` show `rows`, each known by its key: what stands there already stays the same element. */
export function showRows<T>(
  list: HTMLElement,
  rows: readonly T[],
  keyOf: (row: T) => string,
  make: (row: T) => HTMLElement,
): void {
  const known = new Map<string, Element>();
  for (const child of list.children) known.set((child as HTMLElement).dataset.key ?? '', child);
  let at = list.firstElementChild;
  for (const row of rows) {
    const key = keyOf(row);
    const standing = known.get(key);
    known.delete(key);
    if (standing !== undefined && standing === at) {
      at = at.nextElementSibling;
      continue;
    }
    const made = standing ?? make(row);
    (made as HTMLElement).dataset.key = key;
    list.insertBefore(made, at);
  }
  for (const gone of known.values()) gone.remove();
}

/** Shows the conversation, and stays at its end unless the reader has scrolled up. */
export function showLines(list: HTMLElement, lines: readonly Line[]): void {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  showRows(
    list,
    [...lines.entries()],
    ([at, line]) => keyOfLine(line, at),
    ([, line]) => makeLine(line),
  );
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function keyOfLine(line: Line, at: number): string {
  if (line.kind === 'said') return `said ${line.said.id}`;
  return line.kind === 'sending' ? `sending ${line.id}` : `missing ${at}`;
}

function makeLine(line: Line): HTMLElement {
  if (line.kind === 'missing') {
    const words = line.count === 1 ? '1 text is' : `${line.count.toLocaleString()} texts are`;
    return element('p', 'missing', `${words} missing here: the server had forgotten them`);
  }
  const row = element('p', line.kind);
  if (line.kind === 'sending') {
    row.append(element('bdi', 'text', line.text), ' ', element('small', '', 'on its way'));
    return row;
  }
  const { from, text, at } = line.said;
  const time = element(
    'time',
    '',
    new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
  );
  time.setAttribute('datetime', new Date(at).toISOString());
  row.append(element('bdi', 'from', from), ' ', time, element('bdi', 'text', text));
  return row;
}

/** A table of words, its first row and first column headings. */
export function showTable(table: HTMLElement, rows: readonly (readonly string[])[]): void {
  const made = rows.map((cells, index) => {
    const row = document.createElement('tr');
    for (const [column, text] of cells.entries()) {
      const cell = element(index === 0 || column === 0 ? 'th' : 'td', '', text);
      if (cell.tagName === 'TH') cell.setAttribute('scope', index === 0 ? 'col' : 'row');
      row.append(cell);
    }
    return row;
  });
  table.replaceChildren(...made);
}
