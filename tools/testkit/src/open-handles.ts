/**
 * What keeps a process alive, by kind.
 */

/** The kinds of open handles, standard streams apart, each with its number: `TCPServerWrap × 2`. */
export function openHandles(): readonly string[] {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'PipeWrap' && kind !== 'TTYWrap') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind} × ${count}`));
}
