/**
 * Agreeing on a subprotocol (RFC 6455 §1.9, §4.1 item 10, §4.2.2 item 5.5).
 */
import { isToken, splitList } from './header-list.ts';

/** The offered subprotocols in the client's order of preference; undefined when the header is malformed. */
export function offeredSubprotocols(header: string | undefined): readonly string[] | undefined {
  const offered = splitList(header);
  // §4.1 item 10: each a token, each once.
  if (!offered.every(isToken) || new Set(offered).size !== offered.length) return undefined;
  return offered;
}

/** The first offer the server speaks, or undefined: the connection then goes on without a subprotocol. */
export function chooseSubprotocol(offered: readonly string[], spoken: readonly string[]): string | undefined {
  return offered.find((name) => spoken.includes(name));
}
