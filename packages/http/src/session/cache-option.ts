/** What the option `cache` of a session asks for: none, one in memory, a store, or settings. */
import { type CacheStore, MemoryCacheStore } from '../cache/cache-store.ts';
import { type CacheOptions, CacheTransport } from '../cache/cache-transport.ts';
import { InvalidRequestError } from '../errors.ts';
import type { Transport } from '../transport/transport.ts';
import { checkOptionNames } from './foreign-names.ts';
import { byteLimit, ownOptions, type SessionOptions } from './session-options.ts';

/** The transport with the cache that the options ask for around it. @throws for what is neither a store nor options. */
export function cachedTransport(transport: Transport, cache: SessionOptions['cache']): Transport {
  if (cache === undefined || cache === false) return transport;
  if (cache === true) return new CacheTransport(transport, new MemoryCacheStore());
  if (typeof cache !== 'object' || cache === null)
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_OPTION',
      `cache must be true, a store or options, got ${String(cache)}`,
    );
  if ('get' in cache && typeof cache.get === 'function')
    return new CacheTransport(transport, cache as CacheStore);
  checkOptionNames(cache, ['store', 'maxEntryBytes'], 'cache');
  const { store, maxEntryBytes } = ownOptions(cache as CacheOptions);
  return new CacheTransport(
    transport,
    store ?? new MemoryCacheStore(),
    byteLimit(maxEntryBytes, 'cache.maxEntryBytes'),
  );
}
