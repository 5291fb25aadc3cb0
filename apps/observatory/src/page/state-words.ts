/** The state of a crawl in words, and how good it is. */
import type { CrawlFigures, CrawlState } from '../feed-message.ts';

/** What the badge shows. */
export interface StateWords {
  readonly words: string;
  /** The badge's class: '' is well. */
  readonly kind: '' | 'busy' | 'waiting' | 'broken';
  readonly state: CrawlState | 'connecting' | 'reconnecting';
}

/** A crawl that ended without a single page has failed, as its exit code says. */
export function wordsOf({ state, pages }: Pick<CrawlFigures, 'state' | 'pages'>): StateWords {
  if (state === 'finished' && pages === 0) return { words: 'nothing answered', kind: 'broken', state };
  const kind = {
    crawling: 'busy',
    paused: 'waiting',
    stopping: 'waiting',
    stopped: 'broken',
    finished: '',
  } as const;
  return { words: state, kind: kind[state], state };
}
