/**
 * Compares a program's output with what is kept beside it. Values that vary from run to run have a placeholder there. `<ms>` stands for a
 * whole number, `<ratio>` for one with a decimal, `<size>` for a number and its unit, and `<port>` for a port. `<words>` stands for
 * anything on the line, and `<…>` for any number of lines.
 */

const PLACE_HOLDERS: Readonly<Record<string, string>> = {
  '<ms>': '\\d+',
  '<ratio>': '\\d+\\.\\d+',
  '<size>': '\\d+(?:\\.\\d+)? (?:B|KiB|MiB|GiB)',
  '<port>': '\\d{1,5}',
  '<words>': '[^\\n]*',
  '<…>\n': '(?:[^\\n]*\\n)*?',
};

const PLACE_HOLDER = new RegExp(Object.keys(PLACE_HOLDERS).join('|'), 'g');

/** A text as the pattern that fits it and nothing else. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The output as a pattern. */
function patternOf(expected: string): RegExp {
  let pattern = '';
  let at = 0;
  for (const match of expected.matchAll(PLACE_HOLDER)) {
    pattern += literal(expected.slice(at, match.index)) + PLACE_HOLDERS[match[0]];
    at = match.index + match[0].length;
  }
  return new RegExp(`^${pattern}${literal(expected.slice(at))}$`);
}

/** Whether `actual` is `expected`, place-holders filled in. Both end in a line end. */
export function isExpected(actual: string, expected: string): boolean {
  return patternOf(expected).test(actual);
}
