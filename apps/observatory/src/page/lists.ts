/** The lists and bars of the page. */
import { element, formatBytes, formatMs } from '@oxbow/shell/page';
import type { CrawlFigures, HostFigures, PageNote } from '../feed-message.ts';
import { foreign, linkToDetail, shortUrl } from './elements.ts';
import { listRows } from './rows.ts';
import { statusClass } from './status-class.ts';

/** How pages are listed. */
export interface PageListStyle {
  /** Note at the end of a row. */
  readonly note: (page: PageNote) => string;
  readonly isOneHost: boolean;
  readonly ifNone: string;
}

/** One row a page: status, title and path, and a note at the end. */
export function showPages(
  list: HTMLElement,
  pages: readonly PageNote[],
  { note, isOneHost, ifNone }: PageListStyle,
): void {
  listRows(list, pages, ifNone, {
    keyOf: ({ url, status, elapsedMs }) => `${isOneHost} ${status} ${elapsedMs} ${url}`,
    make: (page) => {
      const path = foreign(shortUrl(page.url, isOneHost));
      const what =
        page.title === null
          ? linkToDetail(page.url, path)
          : linkToDetail(page.url, foreign(page.title), ' ', path);
      const status = element('span', 'status', page.status === 0 ? '–' : String(page.status));
      if (page.status === 0) status.title = 'no answer';
      return element('li', statusClass(page.status), status, what, element('span', 'note', note(page)));
    },
  });
}

/** Note of a row: how large the page is. */
export function sizeNote({ bytes, status }: PageNote): string {
  return status === 0 ? '' : formatBytes(bytes);
}

/** Note of a row: how long the page took. */
export function timeNote({ elapsedMs, status }: PageNote): string {
  return status === 0 ? '' : formatMs(Math.round(elapsedMs));
}

/** @param isDrawn a bar that stands alone would only be full */
function bar(label: string, value: string, share: number, className = '', isDrawn = true): HTMLElement {
  const made = element('div', `bar ${className}`);
  const fill = element('div', 'fill');
  fill.style.width = `${Math.round(share * 100)}%`;
  made.append(element('span', 'label', label), element('span', 'value', value));
  if (isDrawn) made.append(element('div', 'track', fill));
  return made;
}

export function showHosts(box: HTMLElement, hosts: readonly HostFigures[], otherHosts: number): void {
  const longest = Math.max(1, ...hosts.map((host) => host.queued));
  const rows = hosts.map((host) =>
    bar(
      host.host,
      `${host.queued.toLocaleString()} queued, ${host.inFlight} in flight, ${pause(host.delayMs)}`,
      host.queued / longest,
      '',
      hosts.length > 1,
    ),
  );
  if (otherHosts > 0) rows.push(element('p', 'empty', `and ${otherHosts.toLocaleString()} more`));
  box.replaceChildren(...rows);
}

function pause(delayMs: number): string {
  return delayMs === 0 ? 'no pause' : `${formatMs(delayMs)} apart`;
}

export function showStatuses(box: HTMLElement, statuses: CrawlFigures['statuses']): void {
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

/** Why links were not followed, with how many. */
export function showSkipped(list: HTMLElement, skipped: CrawlFigures['skipped']): void {
  listRows(list, skipped, 'every link that was found was followed', {
    keyOf: ({ words }) => words,
    make: ({ words, count }) =>
      element('li', '', element('span', 'count', count.toLocaleString()), element('span', 'what', words)),
    update: (row, { count }) => {
      const shown = row.firstElementChild as HTMLElement;
      if (shown.textContent !== count.toLocaleString()) shown.textContent = count.toLocaleString();
    },
  });
}
