/** Elements and lists of them. What strangers wrote reaches the document as text only, never as markup. */

/** An element with a class and what stands in it. */
export function element(name: string, className = '', ...content: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

/**
 * Makes `list` show `rows`, each known by its key: what stands there already stays the same element, so that a selection and the focus last.
 *
 * @param update brings a row that stands already up to date; without it, what has one key never changes
 */
export function showRows<T>(
  list: HTMLElement,
  rows: readonly T[],
  keyOf: (row: T) => string,
  make: (row: T) => HTMLElement,
  update?: (standing: HTMLElement, row: T) => void,
): void {
  const known = new Map<string, Element>();
  for (const child of list.children) known.set((child as HTMLElement).dataset.key ?? '', child);
  let at = list.firstElementChild;
  for (const row of rows) {
    const key = keyOf(row);
    const standing = known.get(key);
    known.delete(key);
    if (standing !== undefined) update?.(standing as HTMLElement, row);
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
