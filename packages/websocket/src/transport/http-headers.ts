/**
 * The header fields of Node's HTTP messages, as the protocol core reads them.
 */
import type { IncomingMessage } from 'node:http';

/** Header values by lower-case name, without a prototype: a header may be called `__proto__`. */
export function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return Object.freeze(headers);
}

/** How often a header field was sent: Node keeps the first of some and joins others. */
export function timesSent({ rawHeaders }: IncomingMessage, name: string): number {
  let times = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === name) times += 1;
  return times;
}
