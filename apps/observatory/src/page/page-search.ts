/** The list of pages: the last ones as they come, or what fits a search, asked anew while the crawl goes on. */
import type { FailureGroup, PageNote, SearchAnswer } from '../feed-message.ts';
import { byId, showText } from './elements.ts';
import { showPages, sizeNote, timeNote } from './lists.ts';

/** A search is repeated no sooner, in milliseconds. */
const REPEAT_MS = 1000;

/** Finds pages by their URL, title, status or kind of failure. */
export class PageSearch {
  readonly #form = byId<HTMLFormElement>('search');
  readonly #text = byId<HTMLInputElement>('search-text');
  readonly #status = byId<HTMLSelectElement>('search-status');
  readonly #order = byId<HTMLSelectElement>('search-order');
  readonly #only = byId<HTMLButtonElement>('search-only');
  readonly #list = byId('recent');
  #failure: Pick<FailureGroup, 'kind' | 'words'> | undefined;
  #recent: readonly PageNote[] = [];
  #isOneHost = true;
  #isAsking = false;
  #isStale = false;
  #known = 0;
  #askedWith = -1;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#form.addEventListener('submit', (event) => event.preventDefault());
    this.#form.addEventListener('input', () => this.#changed());
    this.#only.addEventListener('click', () => {
      this.#failure = undefined;
      this.#changed();
      this.#text.focus();
    });
  }

  /**
   * Shows the last pages, or asks again for what is searched when more is known.
   *
   * @param known how many URLs have come to an end
   */
  show(recent: readonly PageNote[], known: number, isOneHost: boolean): void {
    this.#recent = recent;
    this.#known = known;
    this.#isOneHost = isOneHost;
    const hasMore = known !== this.#askedWith && performance.now() - this.#askedAt >= REPEAT_MS;
    if (!this.#isSearching) this.#showLast();
    else if (hasMore) void this.#ask();
  }

  /** Shows all URLs that failed in one way. */
  showFailure(failure: Pick<FailureGroup, 'kind' | 'words'>): void {
    this.#form.reset();
    this.#failure = failure;
    this.#changed();
    this.#form.scrollIntoView({ block: 'nearest' });
    this.#only.focus();
  }

  get #isSearching(): boolean {
    const isPlain =
      this.#text.value.trim() === '' && this.#status.value === '' && this.#order.value === 'newest';
    return !isPlain || this.#failure !== undefined;
  }

  #changed(): void {
    this.#only.hidden = this.#failure === undefined;
    if (this.#failure !== undefined) this.#only.textContent = `only: ${this.#failure.words} ✕`;
    if (this.#isSearching) void this.#ask();
    else this.#showLast();
  }

  #showLast(): void {
    showText(byId('search-note'), '');
    this.#draw(this.#recent, 'nothing yet');
  }

  #draw(pages: readonly PageNote[], ifNone: string): void {
    const note = this.#order.value === 'slowest' ? timeNote : sizeNote;
    showPages(this.#list, pages, { note, isOneHost: this.#isOneHost, ifNone });
  }

  async #ask(): Promise<void> {
    // One question at a time: what was typed meanwhile is asked behind it.
    this.#isStale = this.#isAsking;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#askedAt = performance.now();
    this.#askedWith = this.#known;
    try {
      const asked = new URLSearchParams({
        text: this.#text.value.trim(),
        status: this.#status.value,
        order: this.#order.value,
        failure: this.#failure?.kind ?? '',
      });
      const response = await fetch(`/pages?${asked}`);
      this.#showFound((await response.json()) as SearchAnswer);
    } catch {
      showText(byId('search-note'), 'The observatory does not answer.');
    } finally {
      this.#isAsking = false;
    }
    if (this.#isStale) await this.#ask();
  }

  #showFound({ searched, matches, pages }: SearchAnswer): void {
    if (!this.#isSearching) return;
    const first = pages.length < matches ? `; these are the first ${pages.length}` : '';
    showText(
      byId('search-note'),
      `${matches.toLocaleString()} of ${searched.toLocaleString()} URLs fit${first}`,
    );
    this.#draw(pages, 'none fits');
  }
}
