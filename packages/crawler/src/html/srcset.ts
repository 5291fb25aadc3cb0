/** The addresses of an image candidate list. It knows neither widths nor densities. Source: WHATWG HTML §4.8.4.3.10 (parse a srcset). */

/** The URLs of a `srcset`, in order. */
export function srcsetUrls(srcset: string): string[] {
  const urls: string[] = [];
  let rest = srcset;
  for (;;) {
    rest = rest.replace(/^[\t\n\f\r ,]+/, '');
    if (rest === '') return urls;
    const url = /^[^\t\n\f\r ]+/.exec(rest)![0];
    rest = rest.slice(url.length);
    if (url.endsWith(',')) {
      urls.push(url.replace(/,+$/, ''));
      continue;
    }
    urls.push(url);
    rest = afterDescriptors(rest);
  }
}

/** Descriptors end at a comma that is in no parentheses. */
function afterDescriptors(text: string): string {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '(') depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (character === ',' && depth === 0) return text.slice(index + 1);
  }
  return '';
}
