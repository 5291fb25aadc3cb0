/** Lists of this page: rows that stay the same elements while what they show stays, or words that say that there are none. */
import { element, showRows } from '@oxbow/shell/page';

/** How the rows of a list are made. */
export interface RowStyle<T> {
  /** Two rows with one key show the same thing. */
  readonly keyOf: (row: T) => string;
  readonly make: (row: T) => HTMLElement;
  /** Brings a row that stands already up to date. Default: what has one key never changes. */
  readonly update?: (standing: HTMLElement, row: T) => void;
}

/** Makes `list` show `rows` in their order; `ifNone` says in words that there are none. */
export function listRows<T>(
  list: HTMLElement,
  rows: readonly T[],
  ifNone: string,
  { keyOf, make, update }: RowStyle<T>,
): void {
  if (rows.length > 0) showRows(list, rows, keyOf, make, update);
  else
    showRows(
      list,
      [ifNone],
      (words) => words,
      (words) => element('li', 'empty', words),
    );
}
