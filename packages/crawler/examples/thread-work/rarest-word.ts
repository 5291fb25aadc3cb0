/** Stands for what computes for long about a page: a model, a parser of PDF, an index. */

/** The word that a text has least often; of several the first of the alphabet. */
export function rarestWord(text: string): string {
  const counts = new Map<string, number>();
  for (const word of text.match(/\p{L}+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [rarest] = [...counts].sort((a, b) => a[1] - b[1] || a[0].localeCompare(b[0]));
  return rarest?.[0] ?? '';
}
