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

/** Calls `redraw` when the person's colour scheme changes. */
export function onSchemeChange(redraw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}
