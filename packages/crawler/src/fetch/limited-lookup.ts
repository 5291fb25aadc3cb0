/**
 * `dns.lookup` with few questions at a time. getaddrinfo holds one of libuv's four threads until a dead name is given up. Writes of
 * files need those threads too, so two are left to them.
 */
import { lookup } from 'node:dns';
import type { LookupFunction } from '@oxbow/http';

/** Names that are looked up at a time. */
export const MAX_LOOKUPS = 2;

type Question = () => void;

/**
 * A lookup for a transport: as `dns.lookup`, at most `MAX_LOOKUPS` at a time, the others in order. What waits is bounded by the
 * requests that are under way.
 */
export function limitedLookup(resolve: LookupFunction = systemLookup): LookupFunction {
  const waiting: Question[] = [];
  let open = 0;
  const next = (): void => {
    if (open >= MAX_LOOKUPS) return;
    const question = waiting.shift();
    if (question === undefined) return;
    open++;
    question();
  };
  return (hostname, options, callback) => {
    waiting.push(() =>
      resolve(hostname, options, (error, addresses) => {
        open--;
        next();
        callback(error, addresses);
      }),
    );
    next();
  };
}

const systemLookup: LookupFunction = (hostname, options, callback) =>
  lookup(hostname, options, (error, addresses) => callback(error, addresses ?? []));
