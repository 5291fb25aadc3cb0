/** What the crawl was asked to do, and the two things that can be changed while it runs. */
import { element } from '@oxbow/shell/page';
import { type CrawlFigures, type CrawlSettings, type PageCommand, TUNABLE } from '../feed-message.ts';
import { byId, foreign } from './elements.ts';

/** The form that tunes the crawl, above the list of its settings. */
export class SettingsView {
  readonly #form = byId<HTMLFormElement>('tuning');
  readonly #concurrency = byId<HTMLInputElement>('concurrency');
  readonly #delay = byId<HTMLInputElement>('delay');
  /** What was typed stands until it is sent. */
  readonly #touched = new Set<HTMLInputElement>();

  constructor(send: (command: PageCommand) => void) {
    const fields = [
      [this.#concurrency, 'concurrency'],
      [this.#delay, 'delayMs'],
    ] as const;
    for (const [input, name] of fields) {
      input.min = String(TUNABLE[name][0]);
      input.max = String(TUNABLE[name][1]);
      input.addEventListener('input', () => this.#touched.add(input));
    }
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      const tuning: { concurrency?: number; delayMs?: number } = {};
      for (const [input, name] of fields) if (this.#touched.has(input)) tuning[name] = input.valueAsNumber;
      this.#touched.clear();
      send({ kind: 'tune', ...tuning });
    });
  }

  /** Shows what holds now; what a person is typing is left alone. */
  show({ concurrency, hosts, state }: CrawlFigures): void {
    this.allow(state === 'crawling' || state === 'paused');
    if (!this.#touched.has(this.#concurrency)) this.#concurrency.value = String(concurrency);
    const delayMs = hosts[0]?.delayMs;
    if (delayMs !== undefined && !this.#touched.has(this.#delay))
      this.#delay.value = String(Math.round(delayMs));
  }

  /** Whether anything can be changed now. */
  allow(isAllowed: boolean): void {
    for (const field of this.#form.elements) (field as HTMLInputElement).disabled = !isAllowed;
  }

  /** Shows what was asked for on the command line. */
  list(settings: CrawlSettings): void {
    const { maxPages, maxDepth, obeysRobots, scope, userAgent, frontier, output, isResumed } = settings;
    const unless = (otherwise: string): string => (isResumed ? 'as it was begun' : otherwise);
    const facts: [string, string][] = [
      ['Scope', scope],
      ['Pages', maxPages === null ? unless('all') : `at most ${maxPages.toLocaleString()}`],
      ['Depth', maxDepth === null ? unless('no limit') : `at most ${maxDepth} links from a seed`],
      ['robots.txt', obeysRobots ? unless('obeyed') : 'ignored (--ignore-robots)'],
      ['Frontier', frontier ?? 'in memory; --frontier FILE survives a kill'],
      ['Output', output ?? 'none; --out FILE writes the pages'],
    ];
    if (userAgent !== null) facts.push(['User agent', userAgent]);
    byId('settings').replaceChildren(
      ...facts.map(([name, value]) =>
        element('div', '', element('dt', '', name), element('dd', '', foreign(value))),
      ),
    );
    byId('own-site').hidden = settings.subject === null;
    byId('download').hidden = output === null || output === 'standard output';
  }
}
