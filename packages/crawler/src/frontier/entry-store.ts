/**
 * Where the URLs that wait are kept: whole, in memory, or as places in a file. The core orders them by what stands in the queues, and
 * asks for the rest when one is leased.
 */
import { type Entry, newEntry } from './entry.ts';
import type { CrawlTarget } from './frontier.ts';
import { HeapQueue, type HostQueue, type Scheduled } from './host-queue.ts';

/** How an engine keeps what waits. */
export interface EntryStore {
  /** It has written what it was given: a list of changes need not name it again. */
  readonly isJournal: boolean;
  /** Keeps a URL that is offered; its id is larger than every id before. @param url in canonical form */
  add(target: CrawlTarget, url: string): Entry;
  /** Keeps a URL that waits again, changed; gives it with its id from now on. */
  replace(entry: Entry): Entry;
  /** All of what stands in a queue, when it is at hand; else the engine hands it in later. */
  recall(item: Scheduled): Entry | undefined;
  /** Takes note of an id that a file gave. */
  restored(id: number): void;
  /** A queue for one host. */
  createQueue(): HostQueue<Scheduled>;
}

/** Keeps everything in memory: what stands in a queue is the entry. */
export class MemoryEntries implements EntryStore {
  readonly isJournal = false;
  #lastId = 0;

  add(target: CrawlTarget, url: string): Entry {
    return newEntry(target, url, ++this.#lastId);
  }

  replace(entry: Entry): Entry {
    return entry;
  }

  recall(item: Scheduled): Entry {
    return item as Entry;
  }

  createQueue(): HostQueue<Scheduled> {
    return new HeapQueue<Scheduled>();
  }

  restored(id: number): void {
    this.#lastId = Math.max(this.#lastId, id);
  }
}
