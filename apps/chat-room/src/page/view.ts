/** The conversation and the tables in the document. What strangers wrote reaches it as text only. */
import { element, showRows } from '@oxbow/shell/page';
import type { Line } from './conversation.ts';

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
