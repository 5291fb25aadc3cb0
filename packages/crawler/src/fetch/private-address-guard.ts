/**
 * Keeps a crawl of the public web out of private networks. A seed the user names may be on any address; a link may lead to a private
 * address only from a host that is itself on one. Asked at connect time with the resolved address, so that neither a name that
 * resolves to two things nor a redirect gets around it.
 */
import { type AddressGuard, isPublicAddress } from '@oxbow/http';
import { hostOf } from '../url/canonical-url.ts';

/** Remembers on which kind of address each host was found, and makes the guard of each request. */
export class PrivateAddressGuard {
  readonly #seedHosts: ReadonlySet<string>;
  /** True: public. A host once found public stays so. */
  readonly #isPublic = new Map<string, boolean>();

  constructor(seeds: readonly string[]) {
    this.#seedHosts = new Set(seeds.map(hostOf));
  }

  /** The guard for a request to `url`, found on `referrer` (null: a seed, or a robots.txt of a seed's host). */
  guardFor(url: string, referrer: string | null): AddressGuard {
    const host = hostOf(url);
    return ({ address }) => {
      const isPublic = isPublicAddress(address);
      if (!isPublic && !this.#mayBePrivate(host, referrer)) return false;
      this.#isPublic.set(host, isPublic || this.#isPublic.get(host) === true);
      return true;
    };
  }

  #mayBePrivate(host: string, referrer: string | null): boolean {
    if (referrer === null) return this.#isSeedHost(host);
    const from = hostOf(referrer);
    // Unknown is a host that was crawled before a resume: a seed's is trusted, as it was then.
    return this.#isPublic.has(from) ? this.#isPublic.get(from) === false : this.#isSeedHost(from);
  }

  /** A seed's host is trusted until it was seen on a public address: from then on a private one is a rebound name. */
  #isSeedHost(host: string): boolean {
    return this.#seedHosts.has(host) && this.#isPublic.get(host) !== true;
  }
}
