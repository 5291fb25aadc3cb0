/** The lists and bars of the page. A stranger's titles and URLs reach the document as text only, never as markup. */

import { element, formatMs, showRows } from '@oxbow/shell/page';
import type { FailureNote, HostFigures, PageNote } from '../feed-message.ts';
import { formatBytes } from '../format.ts';
import { statusClass } from './tree-view.ts';

function empty(list: HTMLElement, words: string): void {
  showRows(
    list,
    [words],
    (row) => row,
    (row) => element('li', 'empty', row),
  );
}

/** A URL as a row shows it: its path where all are of one host, else with the host. */
function shortUrl(url: string, isOneHost: boolean): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  return `${isOneHost ? '' : parsed.host}${parsed.pathname}${parsed.search}`;
}

/** A link that opens the page itself, beside this one. */
function linkTo(url: string, ...content: readonly (Node | string)[]): HTMLElement {
  const link = element('a', 'what');
  link.setAttribute('href', url);
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noreferrer');
  link.title = url;
  link.append(...content);
  return link;
}

/** A stranger's words: their direction is their own. */
function foreign(text: string): HTMLElement {
  const made = element('bdi', '', text);
  made.dir = 'auto';
  return made;
}

/** One row a page: status, title and path, and a note at the end. */
export function showPages(
  list: HTMLElement,
  pages: readonly PageNote[],
  note: (page: PageNote) => string,
  isOneHost: boolean,
): void {
  if (pages.length === 0) {
    empty(list, 'nothing yet');
    return;
  }
  showRows(
    list,
    pages,
    ({ url, status, elapsedMs }) => `${isOneHost} ${status} ${elapsedMs} ${url}`,
    (page) => {
      const row = element('li', statusClass(page.status));
      const path = foreign(shortUrl(page.url, isOneHost));
      const what =
        page.title === null ? linkTo(page.url, path) : linkTo(page.url, foreign(page.title), ' ', path);
      row.append(element('span', 'status', String(page.status)), what, element('span', 'note', note(page)));
      return row;
    },
  );
}

/** One row a failure: the reason in words, then the URL. */
export function showFailures(list: HTMLElement, failures: readonly FailureNote[]): void {
  if (failures.length === 0) {
    empty(list, 'nothing went wrong so far');
    return;
  }
  showRows(
    list,
    failures,
    ({ url, reason }) => `${reason} ${url}`,
    ({ url, reason }) => {
      const row = element('li', '');
      const link = linkTo(url, foreign(url));
      link.className = 'note';
      row.append(element('span', 'what', reason), link);
      return row;
    },
  );
}

/** @param isDrawn a bar that stands alone would only be full */
function bar(label: string, value: string, share: number, className = '', isDrawn = true): HTMLElement {
  const made = element('div', `bar ${className}`);
  const track = element('div', 'track');
  const fill = element('div', 'fill');
  fill.style.width = `${Math.round(share * 100)}%`;
  track.append(fill);
  made.append(element('span', 'label', label), element('span', 'value', value));
  if (isDrawn) made.append(track);
  return made;
}

export function showHosts(box: HTMLElement, hosts: readonly HostFigures[], otherHosts: number): void {
  const longest = Math.max(1, ...hosts.map((host) => host.queued));
  const rows = hosts.map((host) =>
    bar(
      host.host,
      `${host.queued} queued, ${host.inFlight} in flight, ${pause(host.delayMs)}`,
      host.queued / longest,
      '',
      hosts.length > 1,
    ),
  );
  if (otherHosts > 0) rows.push(element('p', 'empty', `and ${otherHosts} more`));
  box.replaceChildren(...rows);
}

function pause(delayMs: number): string {
  return delayMs === 0 ? 'no pause' : `${formatMs(delayMs)} apart`;
}

export function showStatuses(
  box: HTMLElement,
  statuses: readonly (readonly [status: number, count: number])[],
): void {
  const most = Math.max(1, ...statuses.map(([, count]) => count));
  box.replaceChildren(
    ...statuses.map(([status, count]) =>
      bar(
        status === 0 ? 'no answer' : String(status),
        count.toLocaleString(),
        count / most,
        statusClass(status),
        statuses.length > 1,
      ),
    ),
  );
}

/** Note of a row in "last pages". */
export function sizeNote(page: PageNote): string {
  return formatBytes(page.bytes);
}

/** Note of a row in "slowest pages". */
export function timeNote(page: PageNote): string {
  return formatMs(Math.round(page.elapsedMs));
}
