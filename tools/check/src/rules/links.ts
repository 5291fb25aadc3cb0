/**
 * Relative links and anchors in Markdown pages lead somewhere. Links to the outside are left alone: a check that needs
 * the network fails for other people's reasons.
 */
import { posix } from 'node:path';
import { type Link, type MarkdownPage, readMarkdown } from '../markdown.ts';
import type { Rule } from '../rule.ts';
import type { Tree } from '../tree.ts';

/** Rule `links`. */
export const links: Rule = {
  name: 'links',
  about: 'relative links and anchors in Markdown pages lead somewhere',
  audit: (tree) => {
    const pages = new Map<string, MarkdownPage>();
    for (const [path, text] of tree.files) if (isPage(path)) pages.set(path, readMarkdown(text));
    return [...pages].flatMap(([path, page]) =>
      page.links.flatMap((link) => {
        const message = fault(tree, pages, path, link);
        return message === undefined ? [] : [{ path, line: link.line, message }];
      }),
    );
  },
};

/** Whether the rules about Markdown read the file. */
export function isPage(path: string): boolean {
  return path.endsWith('.md') && !path.includes('/fixtures/');
}

function fault(
  tree: Tree,
  pages: ReadonlyMap<string, MarkdownPage>,
  from: string,
  { target }: Link,
): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('//')) return undefined;
  if (target.startsWith('/'))
    return `link '${target}' from this page's folder: a path from the root leads nowhere`;
  const [file = '', anchor] = decodeURI(target).split('#', 2);
  const path =
    file === '' ? from : posix.join(posix.dirname(from), file.replace(/\?.*$/, '')).replace(/\/$/, '');
  if (path !== '.' && !tree.has(path)) return `mend the link '${target}': ${path} does not exist`;
  if (anchor === undefined || anchor === '') return undefined;
  const page = pages.get(path);
  if (page === undefined || page.anchors.has(anchor)) return undefined;
  return `mend the link '${target}': ${path} has no heading with the anchor '${anchor}'`;
}
