/**
 * Finds the relative links of Markdown pages that lead to no page and no file. Anchors are the ids that stand in the
 * pages as HTML; a page is not rendered here.
 */
import { posix } from 'node:path';

/** A link that leads nowhere. */
export interface DeadLink {
  /** The page it stands on, from the root of the reference. */
  readonly page: string;
  readonly target: string;
}

/**
 * Checks every link of every page.
 *
 * @param pages text by path from the root of the reference
 * @param isFile whether a path outside the reference (it starts with `../`, from the root of the reference) is there
 */
export function findDeadLinks(
  pages: ReadonlyMap<string, string>,
  isFile: (path: string) => boolean,
): readonly DeadLink[] {
  const anchors = new Map([...pages].map(([path, text]) => [path, anchorsOf(text)]));
  return [...pages].flatMap(([page, text]) =>
    linksOf(text)
      .filter((target) => !isAlive(page, target, anchors, isFile))
      .map((target) => ({ page, target })),
  );
}

function isAlive(
  page: string,
  target: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
  isFile: (path: string) => boolean,
): boolean {
  const [file = '', anchor] = decode(target).split('#', 2);
  const path = file === '' ? page : posix.join(posix.dirname(page), file);
  const known = anchors.get(path);
  if (known === undefined) return path.startsWith('../') && isFile(path);
  return anchor === undefined || known.has(anchor);
}

function decode(target: string): string {
  try {
    return decodeURI(target);
  } catch {
    return target; // not valid percent-encoding: no page has such a name
  }
}

function anchorsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/<a id="([^"]+)"/g)].map((match) => match[1] ?? ''));
}

/** Relative targets, outside code. */
function linksOf(text: string): readonly string[] {
  const prose = text
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '')
    .replace(/(`+)(?!`).*?(?<!`)\1(?!`)/g, 'code');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}
