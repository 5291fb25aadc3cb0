/** Colours of the style sheet, as a canvas understands them: `light-dark()` is resolved only on an element. */

/** The present value of a colour variable such as `--river`, seen from `element`. */
export function colourOf(element: HTMLElement, variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls `redraw` when the colours change: by the system's scheme, or by the page's own switch. */
export function onSchemeChange(redraw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener(SCHEME_EVENT, redraw);
}

const SCHEME_EVENT = 'oxbow-scheme';
const STORAGE_KEY = 'oxbow-scheme';
const SCHEMES = ['system', 'light', 'dark'] as const;

/** Whose colours the page wears. */
export type Scheme = (typeof SCHEMES)[number];

/** What the person chose last on a page of this origin. */
export function chosenScheme(): Scheme {
  const stored = localStorage.getItem(STORAGE_KEY);
  return SCHEMES.find((scheme) => scheme === stored) ?? 'system';
}

/** Puts the scheme on, and keeps it for the next page of this origin. */
export function wearScheme(scheme: Scheme): void {
  if (scheme === 'system') delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = scheme;
  localStorage.setItem(STORAGE_KEY, scheme);
  dispatchEvent(new Event(SCHEME_EVENT));
}

/** The scheme after `scheme` on the switch. */
export function nextScheme(scheme: Scheme): Scheme {
  return SCHEMES[(SCHEMES.indexOf(scheme) + 1) % SCHEMES.length] as Scheme;
}
