/** The lists and bars of the page. A stranger's titles and URLs reach the document as text only, never as markup. */
import type { FailureNote, HostFigures, PageNote } from '../feed-message.ts';
import { formatBytes } from '../format.ts';
import { statusClass } from './tree-view.ts';

function element(name: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function empty(list: HTMLElement, words: string): void {
  list.replaceChildren(element('li', 'empty', words));
}

/** Path of a URL, for lists where the host is clear from the rest. */
function shortUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : parsed.pathname + parsed.search;
}

/** One row a page: status, title and path, and a note at the end. */
export function showPages(
  list: HTMLElement,
  pages: readonly PageNote[],
  note: (page: PageNote) => string,
): void {
  if (pages.length === 0) {
    empty(list, 'nothing yet');
    return;
  }
  list.replaceChildren(
    ...pages.map((page) => {
      const row = element('li', statusClass(page.status));
      const what = element('span', 'what', page.title ?? shortUrl(page.url));
      if (page.title !== null) what.append(' ', element('span', '', shortUrl(page.url)));
      what.title = page.url;
      row.append(element('span', 'status', String(page.status)), what, element('span', 'note', note(page)));
      return row;
    }),
  );
}

/** One row a failure: the reason in words, then the URL. */
export function showFailures(list: HTMLElement, failures: readonly FailureNote[]): void {
  if (failures.length === 0) {
    empty(list, 'nothing went wrong so far');
    return;
  }
  list.replaceChildren(
    ...failures.map(({ url, reason }) => {
      const row = element('li', '');
      row.append(element('span', 'what', reason), element('span', 'note', url));
      return row;
    }),
  );
}

function bar(label: string, value: string, share: number, className = ''): HTMLElement {
  const made = element('div', `bar ${className}`);
  const track = element('div', 'track');
  const fill = element('div', 'fill');
  fill.style.width = `${Math.round(share * 100)}%`;
  track.append(fill);
  made.append(element('span', 'label', label), element('span', 'value', value), track);
  return made;
}

export function showHosts(box: HTMLElement, hosts: readonly HostFigures[], otherHosts: number): void {
  const longest = Math.max(1, ...hosts.map((host) => host.queued));
  const rows = hosts.map((host) =>
    bar(
      host.host,
      `${host.queued} queued, ${host.inFlight} in flight, ${pause(host.delayMs)}`,
      host.queued / longest,
    ),
  );
  if (otherHosts > 0) rows.push(element('p', 'empty', `and ${otherHosts} more`));
  box.replaceChildren(...rows);
}

function pause(delayMs: number): string {
  return delayMs === 0 ? 'no pause' : `${(delayMs / 1000).toFixed(1)} s apart`;
}

export function showStatuses(
  box: HTMLElement,
  statuses: readonly (readonly [status: number, count: number])[],
): void {
  const most = Math.max(1, ...statuses.map(([, count]) => count));
  box.replaceChildren(
    ...statuses.map(([status, count]) =>
      bar(String(status), String(count), count / most, statusClass(status)),
    ),
  );
}

/** Note of a row in "last pages". */
export function sizeNote(page: PageNote): string {
  return formatBytes(page.bytes);
}

/** Note of a row in "slowest pages". */
export function timeNote(page: PageNote): string {
  return page.elapsedMs < 1000
    ? `${Math.round(page.elapsedMs)} ms`
    : `${(page.elapsedMs / 1000).toFixed(1)} s`;
}
