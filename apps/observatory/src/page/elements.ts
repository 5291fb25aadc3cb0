/** Elements as the page makes them. A stranger's titles and URLs reach the document as text only, never as markup. */
import { element } from '@oxbow/shell/page';

/** The element of that id, which `index.html` has. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** A button that does `act`. */
export function button(text: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}

/** Puts a text where it has changed, so that a selection lasts. */
export function showText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** A stranger's words: their direction is their own. */
export function foreign(text: string): HTMLElement {
  const made = element('bdi', '', text);
  made.dir = 'auto';
  return made;
}

/** A link that opens the page itself, beside this one. */
export function linkOut(url: string, text: string): HTMLElement {
  const link = element('a', '', foreign(text));
  link.setAttribute('href', url);
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noreferrer');
  return link;
}

const DETAIL_HASH = '#page=';

/** A link that opens the details of a URL. */
export function linkToDetail(url: string, ...content: readonly (Node | string)[]): HTMLElement {
  const link = element('a', 'what', ...content);
  link.setAttribute('href', DETAIL_HASH + encodeURIComponent(url));
  link.title = url;
  return link;
}

/** The URL whose details the address of this page asks for. */
export function urlInHash(hash: string): string | undefined {
  if (!hash.startsWith(DETAIL_HASH)) return undefined;
  try {
    return decodeURIComponent(hash.slice(DETAIL_HASH.length));
  } catch {
    return undefined;
  }
}

/** A URL as a row shows it: its path where all are of one host, else with the host. */
export function shortUrl(url: string, isOneHost: boolean): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  return `${isOneHost ? '' : parsed.host}${parsed.pathname}${parsed.search}`;
}
