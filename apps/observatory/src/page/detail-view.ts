/** Everything about one URL, over the page: what was fetched, why, its headers and its links. The page's address leads to it. */
import { element, formatBytes, formatMs } from '@oxbow/shell/page';
import type { DetailAnswer, PageDetail } from '../feed-message.ts';
import { button, foreign, linkOut, linkToDetail, urlInHash } from './elements.ts';
import { statusClass } from './status-class.ts';

export class DetailView {
  readonly #dialog: HTMLDialogElement;
  readonly #onShow: (detail: PageDetail) => void;
  /** Of the question whose answer is wanted: an earlier one may come later. */
  #asked = 0;

  /** @param onShow is told of each URL that is shown and was fetched */
  constructor(dialog: HTMLDialogElement, onShow: (detail: PageDetail) => void) {
    this.#dialog = dialog;
    this.#onShow = onShow;
    addEventListener('hashchange', () => this.#follow());
    dialog.addEventListener('close', () => {
      // Without a step in the history, and without a jump to the top.
      if (urlInHash(location.hash) !== undefined) history.replaceState(null, '', location.pathname);
    });
    // A press on the ground beside the box.
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) dialog.close();
    });
    this.#follow();
  }

  /** Opens the details of a URL, as a link to them does. */
  open(url: string): void {
    location.hash = `#page=${encodeURIComponent(url)}`;
  }

  #follow(): void {
    const url = urlInHash(location.hash);
    if (url === undefined) this.#dialog.close();
    else void this.#load(url);
  }

  async #load(url: string): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    let answer: DetailAnswer | undefined;
    try {
      const response = await fetch(`/detail?url=${encodeURIComponent(url)}`);
      answer = (await response.json()) as DetailAnswer;
    } catch {
      // The observatory has ended, or its answer broke off: said below.
    }
    if (asked !== this.#asked) return;
    this.#dialog.replaceChildren(...this.#content(url, answer));
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    if (answer?.detail) this.#onShow(answer.detail);
  }

  #content(url: string, answer: DetailAnswer | undefined): HTMLElement[] {
    const close = button('Close', () => this.#dialog.close());
    const title = element('h2', '', foreign(titleOf(url, answer?.detail)));
    title.id = 'detail-title';
    const head = [element('div', 'detail-head', title, close), element('p', 'address', linkOut(url, url))];
    if (answer === undefined) return [...head, element('p', 'trouble', 'The observatory does not answer.')];
    const { detail, explanation } = answer;
    const why = element('ul', 'why', ...explanation.map((sentence) => element('li', '', foreign(sentence))));
    return [
      ...head,
      ...(detail?.failure ? [troubleOf(detail.failure)] : []),
      ...(detail === null ? [] : [factsOf(detail)]),
      element('h3', '', 'Why'),
      why,
      ...(detail === null ? [] : partsOf(detail)),
    ];
  }
}

/** Of a URL that nobody answered, the title is what happened: that stands below. */
function titleOf(url: string, detail: PageDetail | null | undefined): string {
  return detail?.status === 0 ? url : (detail?.title ?? url);
}

function troubleOf({ reason, advice }: NonNullable<PageDetail['failure']>): HTMLElement {
  return element('div', 'trouble', element('p', 'reason', foreign(reason)), element('p', '', advice));
}

function factsOf(detail: PageDetail): HTMLElement {
  const { status, contentType, bytes, elapsedMs, depth, attempt, fetchedAt, referrer, redirectTo } = detail;
  const isAnswered = status !== 0;
  const facts: [string, Node | string][] = [
    ['Status', element('span', `status ${statusClass(status)}`, isAnswered ? String(status) : 'no answer')],
  ];
  if (isAnswered) {
    facts.push(
      ['Type', contentType ?? 'not said'],
      ['Size', `${formatBytes(bytes)}${detail.isTruncated ? ', cut at the limit' : ''}`],
      ['Time', formatMs(elapsedMs)],
    );
  }
  if (fetchedAt !== null) facts.push(['Fetched', new Date(fetchedAt).toLocaleString()]);
  facts.push(['Links from a seed', String(depth)], ['Tries', String(attempt)]);
  facts.push(['Found on', referrer === null ? 'it is a seed' : linkToDetail(referrer, foreign(referrer))]);
  if (redirectTo !== null) facts.push(['Leads to', linkToDetail(redirectTo, foreign(redirectTo))]);
  return element(
    'dl',
    'facts',
    ...facts.map(([name, value]) => element('div', '', element('dt', '', name), element('dd', '', value))),
  );
}

function partsOf({ headers, links, linkCount }: PageDetail): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (links.length > 0) {
    const more = linkCount > links.length ? `, the first ${links.length} of them` : '';
    parts.push(
      folded(
        `${linkCount.toLocaleString()} link${linkCount === 1 ? '' : 's'} on the page${more}`,
        element('ol', 'links', ...links.map((link) => element('li', '', linkToDetail(link, foreign(link))))),
      ),
    );
  }
  if (headers.length > 0) {
    parts.push(
      folded(
        `${headers.length} header${headers.length === 1 ? '' : 's'} of the answer`,
        element(
          'dl',
          'headers',
          ...headers.map(([name, value]) =>
            element('div', '', element('dt', '', name), element('dd', '', foreign(value))),
          ),
        ),
      ),
    );
  }
  return parts;
}

function folded(summary: string, content: HTMLElement): HTMLElement {
  const made = element('details', 'folded', element('summary', '', summary), content);
  made.setAttribute('open', '');
  return made;
}
