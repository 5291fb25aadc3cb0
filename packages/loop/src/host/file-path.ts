/** Paths and URLs of files. */

import { builtin } from './builtin.ts';

/** The path of a `file:` URL; anything else, and everything in a page, is given back as it is. */
export function pathOf(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return builtin('node:url')?.fileURLToPath(url) ?? url;
  } catch {
    return url;
  }
}
