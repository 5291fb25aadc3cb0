/** Where the scripts, styles and pictures of a page that a browser renders may come from. */
import { lookup } from 'node:dns/promises';
import { isPublicAddress } from '@oxbow/http';

/**
 * Which files a page may ask for: from public addresses, unless it is on a private one itself. The browser resolves names by itself, so that
 * one which changes between the two is not seen: who renders pages of strangers beside a private network puts a proxy between.
 */
export class FileGuard {
  readonly #mayBePrivate: boolean;
  readonly #hosts = new Map<string, Promise<boolean>>();

  constructor(mayBePrivate: boolean) {
    this.#mayBePrivate = mayBePrivate;
  }

  async allows(text: string): Promise<boolean> {
    const url = URL.parse(text);
    if (url === null) return false;
    if (url.protocol === 'data:' || url.protocol === 'blob:') return true;
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
    if (this.#mayBePrivate) return true;
    const name = url.hostname.replace(/^\[|\]$/g, '');
    let isPublic = this.#hosts.get(name);
    if (isPublic === undefined) {
      isPublic = lookup(name, { all: true }).then(
        (found) => found.every(({ address }) => isPublicAddress(address)),
        () => false,
      );
      this.#hosts.set(name, isPublic);
    }
    return isPublic;
  }
}
