/**
 * Keeps a crawl of the public web out of private networks. A seed the user names may be on any address; a link may lead to a private
 * address only from a host that is itself on one. Asked at connect time with the resolved address, so that neither a name that
 * resolves to two things nor a redirect gets around it. That a URL was found on a private host is kept with the URL, so that a crawl
 * that is resumed trusts what it trusted before.
 */
import { type AddressGuard, isPublicAddress } from '@oxbow/http';
import { hostOf } from '../url/canonical-url.ts';

/** Hosts remembered; the one seen first is forgotten first. */
const MAX_HOSTS = 100_000;

/** Remembers on which kind of address each host was found, and makes the guard of each request. */
export class PrivateAddressGuard {
  /** True: public. A host once found public stays so: a private address of it later is a rebound name. */
  readonly #isPublic = new Map<string, boolean>();

  /** The guard for a request. @param mayBePrivate the URL is a seed, or was found on a host on a private address */
  guardFor(url: string, mayBePrivate: boolean): AddressGuard {
    const host = hostOf(url);
    return ({ address }) => {
      const isPublic = isPublicAddress(address);
      if (!isPublic && (!mayBePrivate || this.#isPublic.get(host) === true)) return false;
      this.#remember(host, isPublic || this.#isPublic.get(host) === true);
      return true;
    };
  }

  /** True when a URL's host was found on a private address: what it links to may be on one too. */
  isPrivate(url: string): boolean {
    return this.#isPublic.get(hostOf(url)) === false;
  }

  #remember(host: string, isPublic: boolean): void {
    this.#isPublic.set(host, isPublic);
    if (this.#isPublic.size > MAX_HOSTS) this.#isPublic.delete(this.#isPublic.keys().next().value!);
  }
}
