/** What went wrong, gathered by kind: how often, with the last few URLs of each. It keeps no list of all: that is the page book's. */
import { type FailureNote, failureKind } from '@oxbow/crawler/command';
import type { FailedUrl, FailureGroup } from './feed-message.ts';

/** URLs kept of each kind. */
export const MAX_LAST = 5;
/** Kinds kept; a crawl knows some ten reasons, and statuses have three digits. */
export const MAX_KINDS = 40;

export class FailureGroups {
  readonly #groups = new Map<string, { count: number; last: FailedUrl[] }>();

  add({ kind, url, reason }: Pick<FailureNote, 'kind' | 'url' | 'reason'>): void {
    let group = this.#groups.get(kind);
    if (group === undefined) {
      if (this.#groups.size >= MAX_KINDS) return;
      group = { count: 0, last: [] };
      this.#groups.set(kind, group);
    }
    group.count += 1;
    group.last = [{ url, reason }, ...group.last].slice(0, MAX_LAST);
  }

  /** Its URLs are queued again: what comes of them now is counted anew. */
  forget(kind: string): void {
    this.#groups.delete(kind);
  }

  /** The largest first. */
  list(): FailureGroup[] {
    return [...this.#groups]
      .map(([kind, { count, last }]) => ({ kind, ...failureKind(kind), count, last }))
      .sort((a, b) => b.count - a.count);
  }
}
