// What word-count.ts opens in a thread: an ordinary class, which works without one too.
import { EventEmitter } from 'node:events';

export class WordCount extends EventEmitter<{ milestone: [words: number] }> {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** Counts the words of a text, and gives how many there were so far. */
  add(text: string): number {
    for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
      this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
      if (++this.#total % 1000 === 0) this.emit('milestone', this.#total);
    }
    return this.#total;
  }

  /** The most frequent words. */
  top(count: number): [string, number][] {
    return [...this.#counts].sort((a, b) => b[1] - a[1]).slice(0, count);
  }
}
