/** What went wrong, by kind: how often, what to do, the last few URLs, and the way to all of them. */
import { element } from '@oxbow/shell/page';
import type { FailureGroup } from '../feed-message.ts';
import { button, foreign, linkToDetail, showText } from './elements.ts';
import { listRows } from './rows.ts';

/** What a person can do with a kind of failure. */
export interface FailureActions {
  /** Lists all URLs of the kind. */
  readonly showAll: (group: Pick<FailureGroup, 'kind' | 'words'>) => void;
  /** Has them visited again. */
  readonly retry: (kind: string) => void;
}

/** @param canRetry whether the crawl is under way, so that it can be told to try again */
export function showFailures(
  list: HTMLElement,
  groups: readonly FailureGroup[],
  canRetry: boolean,
  actions: FailureActions,
): void {
  listRows(list, groups, 'nothing went wrong so far', {
    keyOf: ({ kind }) => kind,
    make: (group) => {
      const made = groupRow(group, actions);
      updateRow(made, group, canRetry);
      return made;
    },
    update: (row, group) => updateRow(row, group, canRetry),
  });
}

function groupRow(group: FailureGroup, { showAll, retry }: FailureActions): HTMLElement {
  const { kind, words, advice, isWorthRetrying } = group;
  const all = button('', () => showAll(group));
  all.className = 'all';
  all.append(element('span', 'shown'), element('span', 'visually-hidden', `: ${words}`));
  const acts = element('p', 'acts', all);
  if (isWorthRetrying) {
    const again = button('Try them again', () => retry(kind));
    again.className = 'again';
    acts.append(again);
  }
  const summary = element('summary', '', element('span', 'count'), ' ', element('span', 'words', words));
  return element(
    'li',
    'group',
    element('details', '', summary, element('p', 'advice', advice), element('ol', 'rows last'), acts),
  );
}

function updateRow(row: HTMLElement, { count, last }: FailureGroup, canRetry: boolean): void {
  const within = (selector: string): HTMLElement => row.querySelector(selector) as HTMLElement;
  showText(within('.count'), `${count.toLocaleString()} ×`);
  const all = count === 1 ? 'Show it among the pages' : `Show all ${count.toLocaleString()}`;
  showText(within('.all .shown'), all);
  const again = row.querySelector<HTMLButtonElement>('.again');
  if (again !== null) again.disabled = !canRetry;
  listRows(within('.last'), last, '', {
    keyOf: ({ url, reason }) => `${reason} ${url}`,
    make: ({ url, reason }) => {
      const link = linkToDetail(url, foreign(url));
      link.className = 'note';
      return element('li', '', element('span', 'what', reason), link);
    },
  });
}

/** Sentences a person should know, the last one first. */
export function showNotices(list: HTMLElement, notices: readonly string[]): void {
  list.hidden = notices.length === 0;
  listRows(list, notices, '', {
    keyOf: (sentence) => sentence,
    make: (sentence) => element('li', '', foreign(sentence)),
  });
}
